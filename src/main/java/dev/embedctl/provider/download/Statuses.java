package dev.embedctl.provider.download;

import dev.embedctl.provider.remote.Downloads.Received;

/** What the statuses of failed downloads mean. */
final class Statuses {
  private Statuses() {}

  /** A sentence about a status; servers of files need no more words than these. */
  static String meaning(Received reply) {
    int status = reply.status();
    return switch (status) {
      case 401, 403 -> "access is refused (" + status + ")";
      case 404, 410 -> "there is no such file (" + status + "); check the server's address";
      case 407 -> "the proxy refuses its user name or password (407)";
      case 429 ->
          "the server allows no more calls now (429)"
              + reply
                  .headers()
                  .firstValue("Retry-After")
                  .filter(wait -> wait.matches("\\d+"))
                  .map(wait -> "; try it again in " + wait + " s")
                  .orElse("; try it again later");
      default ->
          status >= 500
              ? "the server failed (" + status + "); try it again later"
              : "the server answers with status " + status;
    };
  }
}
