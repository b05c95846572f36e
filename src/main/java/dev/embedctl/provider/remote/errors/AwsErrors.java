package dev.embedctl.provider.remote.errors;

import java.util.regex.Pattern;

/** The names of AWS's errors, such as {@code ThrottlingException}. */
public final class AwsErrors {
  private static final String HEADER = "x-amzn-errortype";

  /** A namespace before a name, or an address behind it. */
  private static final Pattern AROUND_NAME = Pattern.compile("^[^#]*#|:.*$");

  private AwsErrors() {}

  /** The name in a reply's header, else in its body; empty if it has none. */
  public static String name(FailedReply reply) {
    ErrorBody body = reply.body();
    String stated =
        reply
            .headers()
            .firstValue(HEADER)
            .orElseGet(() -> body.type().isEmpty() ? body.code() : body.type());
    return AROUND_NAME.matcher(stated).replaceAll("");
  }
}
