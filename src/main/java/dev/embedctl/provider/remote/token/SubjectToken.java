package dev.embedctl.provider.remote.token;

import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Hopeless.Reason;
import dev.embedctl.provider.remote.auth.JsonFields;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A token of the platform that a workload runs on, which is read anew each time. */
interface SubjectToken {

  /**
   * Reads the token.
   *
   * @throws ProviderException if there is none; the message does not repeat what was read
   */
  String read() throws ProviderException, InterruptedException;

  /**
   * The token in the content of a file or of a reply.
   *
   * @param field the field with the token if the content is a JSON object
   * @param place where the content was read, for messages
   * @throws Hopeless if it has none
   */
  static String in(byte[] content, Optional<String> field, String place) throws Hopeless {
    try {
      Optional<String> token =
          field.isPresent()
              ? JsonFields.of(content).at(field.get())
              : Optional.of(new String(content, StandardCharsets.UTF_8));
      return token
          .map(String::strip)
          .filter(text -> !text.isEmpty())
          .orElseThrow(() -> new IOException("it has no token"));
    } catch (IOException e) {
      throw new Hopeless(
          Reason.CREDENTIALS, "the token in " + place + " cannot be read: " + e.getMessage());
    }
  }
}
