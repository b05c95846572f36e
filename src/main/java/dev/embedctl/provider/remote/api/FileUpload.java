package dev.embedctl.provider.remote.api;

import java.net.URI;
import java.util.Map;
import java.util.Objects;

/** How an API receives a file. */
public sealed interface FileUpload {

  /**
   * The file is the part {@code file} of a form.
   *
   * @param fields the other fields of the form
   */
  record Form(URI address, Map<String, String> fields) implements FileUpload {
    public Form {
      Objects.requireNonNull(address);
      fields = Map.copyOf(fields);
    }
  }

  /**
   * A first call gets the address that the file is sent to.
   *
   * @param start the first call
   * @param startHeaders its headers
   * @param answer the header of its reply with the address
   * @param headers the headers of the call with the file
   */
  record InTwoCalls(
      BatchCall start, Map<String, String> startHeaders, String answer, Map<String, String> headers)
      implements FileUpload {
    public InTwoCalls {
      Objects.requireNonNull(start);
      startHeaders = Map.copyOf(startHeaders);
      Objects.requireNonNull(answer);
      headers = Map.copyOf(headers);
    }
  }
}
