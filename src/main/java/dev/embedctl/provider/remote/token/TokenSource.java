package dev.embedctl.provider.remote.token;

import dev.embedctl.provider.remote.auth.Renewed;

/** Credentials of one kind, which are exchanged for access tokens. */
interface TokenSource extends Renewed.Source<String> {

  /** The credentials in words, and where they come from, such as {@code the key in FILE}. */
  String description();
}
