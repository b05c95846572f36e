package dev.embedctl.provider.remote;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Hopeless.Reason;
import dev.embedctl.provider.ProviderException.Transient.Kind;
import dev.embedctl.provider.remote.HttpTransfers.Received;
import dev.embedctl.provider.remote.api.BatchCall;
import dev.embedctl.provider.remote.api.WireFormat;
import dev.embedctl.provider.remote.errors.ErrorBody;
import dev.embedctl.provider.remote.errors.FailedReply;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Sends the calls of a batch API, and finds the meaning of replies that failed. */
final class BatchCalls implements AutoCloseable {
  private static final Map<String, String> JSON = Map.of("Content-Type", "application/json");
  private static final int LONGEST_ERROR = 64 << 10;

  private final HttpTransfers transfers;
  private final WireFormat calls;
  private final FailureMessages messages;

  /**
   * Calls to one server.
   *
   * @param calls the API for calls, whose failures those of jobs are like
   */
  BatchCalls(HttpTransfers transfers, WireFormat calls, FailureMessages messages) {
    this.transfers = transfers;
    this.calls = calls;
    this.messages = messages;
  }

  /** Reads the body of a good reply. */
  @FunctionalInterface
  interface Reading<T> {
    T from(InputStream body) throws IOException;
  }

  /** Sends a call with further headers. */
  Received send(BatchCall call, Map<String, String> headers)
      throws ProviderException, InterruptedException {
    Map<String, String> all = new HashMap<>(headers);
    all.putAll(JSON);
    return transfers.send(
        call.method(),
        call.address(),
        all,
        BodyPublishers.ofString(call.body(), StandardCharsets.UTF_8));
  }

  /** Sends a file to an address. */
  Received send(URI address, Map<String, String> headers, BodyPublisher file)
      throws ProviderException, InterruptedException {
    return transfers.send("POST", address, headers, file);
  }

  /** Sends a call and returns its reply as soon as it begins. */
  Received send(BatchCall call) throws ProviderException, InterruptedException {
    return call.body().isEmpty()
        ? transfers.send(call.method(), call.address(), Map.of(), BodyPublishers.noBody())
        : transfers.send(
            call.method(),
            call.address(),
            JSON,
            BodyPublishers.ofString(call.body(), StandardCharsets.UTF_8));
  }

  /** What is read of the good reply to a call. */
  <T> T read(BatchCall call, Reading<T> reading) throws ProviderException, InterruptedException {
    return read(send(call), call.address(), reading);
  }

  /** What is read of a good reply. */
  <T> T read(Received response, URI address, Reading<T> reading)
      throws ProviderException, InterruptedException {
    if (!response.isGood()) {
      throw failure(failed(response, address));
    }
    try (InputStream body = response.body()) {
      return reading.from(body);
    } catch (JsonProcessingException e) {
      throw badReply(e);
    } catch (IOException e) {
      throw isOfTransfer(e) ? cut(e) : badReply(e);
    }
  }

  private ProviderException badReply(IOException e) {
    return messages.transientFailure(
        Kind.BAD_REPLY, "the reply cannot be read: " + ReplyDefect.words(e), e);
  }

  /** Whether a transfer failed, which has a cause or a class of its own; a defect has none. */
  private static boolean isOfTransfer(IOException e) {
    return e.getCause() != null
        || e instanceof StreamedBody.SilentServer
        || e instanceof InterruptedIOException;
  }

  /** The failure for a reply whose transfer ended early. */
  ProviderException cut(IOException e) throws InterruptedException {
    if (e instanceof InterruptedIOException) {
      throw new InterruptedException(e.getMessage());
    }
    return messages.transientFailure(
        e instanceof StreamedBody.SilentServer ? Kind.TIMED_OUT : Kind.NO_REPLY,
        "the reply is incomplete: " + FailureMessages.firstLine(e),
        e);
  }

  /** A failed reply keeps its status even if its body is incomplete. */
  FailedReply failed(Received response, URI address) {
    byte[] body = new byte[LONGEST_ERROR];
    int length = 0;
    try (InputStream in = response.body()) {
      int more = in.read(body, 0, body.length);
      while (more > 0) {
        length += more;
        more = in.read(body, length, body.length - length);
      }
    } catch (IOException e) {
      return reply(response, body, length, address); // what has come says enough
    }
    return reply(response, body, length, address);
  }

  private FailedReply reply(Received response, byte[] body, int length, URI address) {
    byte[] read = messages.scrub(Arrays.copyOf(body, length));
    return new FailedReply(response.status(), response.headers(), ErrorBody.of(read), address);
  }

  /** The failure for a failed reply. */
  ProviderException failure(FailedReply reply) {
    if (reply.isRedirect() || reply.isOfTheAddress()) {
      return messages.of(
          new Hopeless(Reason.ADDRESS, "there is no batch API at the address: " + reply.message()));
    }
    return messages.of(calls.failure(reply));
  }

  static void close(Received response) {
    try {
      response.body().close();
    } catch (IOException e) {
      throw new IllegalStateException("a streamed body has nothing to flush", e);
    }
  }

  @Override
  public void close() {
    transfers.close();
  }
}
