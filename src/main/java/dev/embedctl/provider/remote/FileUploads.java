package dev.embedctl.provider.remote;

import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Hopeless.Reason;
import dev.embedctl.provider.ProviderException.Transient.Kind;
import dev.embedctl.provider.remote.HttpTransfers.Received;
import dev.embedctl.provider.remote.api.BatchCall;
import dev.embedctl.provider.remote.api.BatchFormat;
import dev.embedctl.provider.remote.api.FileUpload;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;

/** Uploads files of lines from the disk, whatever their size. */
final class FileUploads {
  private final BatchCalls calls;
  private final BatchFormat format;
  private final FailureMessages messages;

  FileUploads(BatchCalls calls, BatchFormat format, FailureMessages messages) {
    this.calls = calls;
    this.format = format;
    this.messages = messages;
  }

  static RunFailed unreadable(Path lines, IOException e) {
    return new RunFailed(lines + ": the lines of a job cannot be read: " + e.getMessage(), e);
  }

  private static BodyPublisher content(Path lines) {
    try {
      return BodyPublishers.ofFile(lines);
    } catch (FileNotFoundException e) {
      throw unreadable(lines, e);
    }
  }

  /** Uploads a file and returns the name that the provider gives it. */
  String uploaded(FileUpload upload, Path lines, String label)
      throws ProviderException, InterruptedException {
    return switch (upload) {
      case FileUpload.Form(URI address, Map<String, String> fields) -> {
        String boundary = "embedctl-" + UUID.randomUUID();
        yield calls.read(
            calls.send(
                address,
                Map.of("Content-Type", "multipart/form-data; boundary=" + boundary),
                form(boundary, fields, lines, label)),
            address,
            format::uploaded);
      }
      case FileUpload.InTwoCalls two -> {
        URI address = begun(two);
        yield calls.read(
            calls.send(address, two.headers(), content(lines)), address, format::uploaded);
      }
    };
  }

  private static BodyPublisher form(
      String boundary, Map<String, String> fields, Path lines, String label) {
    StringBuilder head = new StringBuilder();
    fields.forEach(
        (name, value) ->
            head.append("--")
                .append(boundary)
                .append("\r\nContent-Disposition: form-data; name=\"")
                .append(name)
                .append("\"\r\n\r\n")
                .append(value)
                .append("\r\n"));
    head.append("--")
        .append(boundary)
        .append("\r\nContent-Disposition: form-data; name=\"file\"; filename=\"")
        .append(label)
        .append(".jsonl\"\r\nContent-Type: application/jsonl\r\n\r\n");
    return BodyPublishers.concat(
        BodyPublishers.ofString(head.toString(), StandardCharsets.UTF_8),
        content(lines),
        BodyPublishers.ofString("\r\n--" + boundary + "--\r\n", StandardCharsets.UTF_8));
  }

  /** Begins an upload; the address that the server names must be its own, since it gets the key. */
  private URI begun(FileUpload.InTwoCalls upload) throws ProviderException, InterruptedException {
    BatchCall start = upload.start();
    Received response = calls.send(start, upload.startHeaders());
    calls.read(response, start.address(), InputStream::readAllBytes);
    String named = response.headers().firstValue(upload.answer()).orElse("");
    try {
      URI address = start.address().resolve(named);
      if (!named.isEmpty() && origin(address).equals(origin(start.address()))) {
        return address;
      }
    } catch (IllegalArgumentException e) {
      throw messages.transientFailure(
          Kind.BAD_REPLY, "the reply names an invalid address for the file", e);
    }
    throw new Hopeless(
        Reason.ADDRESS, messages.message("the reply names no address of this server for the file"));
  }

  private static String origin(URI address) {
    return address.getScheme() + "://" + address.getRawAuthority();
  }
}
