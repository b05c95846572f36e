package dev.embedctl.provider.remote;

import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.provider.Embeddings;
import dev.embedctl.provider.Normalization;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.ProviderException.Transient.Kind;
import dev.embedctl.provider.jobs.BatchApi.LineSizes;
import dev.embedctl.provider.jobs.LineResult;
import dev.embedctl.provider.remote.api.BatchFormat;
import dev.embedctl.provider.remote.api.LineReply;
import dev.embedctl.provider.remote.api.OptionalField;
import dev.embedctl.provider.remote.api.RawValue;
import dev.embedctl.provider.remote.api.Reply;
import dev.embedctl.provider.remote.api.WireFormat;
import dev.embedctl.provider.remote.errors.ErrorBody;
import dev.embedctl.provider.remote.errors.FailedReply;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.Map;
import java.util.Optional;

/** Reads the lines of a job's results, and trusts them as little as the replies of calls. */
final class ResultReader {
  private static final HttpHeaders NO_HEADERS = HttpHeaders.of(Map.of(), (name, value) -> true);

  private final WireFormat calls;
  private final BatchFormat format;
  private final EmbeddingSpec spec;
  private final Normalization normalization;
  private final Belief belief;
  private final FailureMessages messages;

  /**
   * A reader of one API's results.
   *
   * @param calls the API for calls, whose failures those of lines are like
   */
  ResultReader(
      WireFormat calls,
      BatchFormat format,
      EmbeddingSpec spec,
      Normalization normalization,
      Belief belief,
      FailureMessages messages) {
    this.calls = calls;
    this.format = format;
    this.spec = spec;
    this.normalization = normalization;
    this.belief = belief;
    this.messages = messages;
  }

  /** The result in a line of a file from this address. */
  LineResult read(byte[] line, LineSizes sizes, URI address) {
    LineReply reply;
    try {
      reply = format.result(line);
    } catch (IOException e) {
      return damaged("a line of the results cannot be read: " + ReplyDefect.words(e));
    }
    int texts = sizes.of(reply.id());
    if (texts == 0) {
      return damaged("the results have a line that the job does not have");
    }
    return switch (reply) {
      case LineReply.Answered(String id, RawValue body) -> answered(id, body.bytes(), texts);
      case LineReply.Rejected(String id, int status, RawValue body) ->
          new LineResult.Failed(
              id,
              messages.of(
                  calls.failure(
                      new FailedReply(
                          status,
                          NO_HEADERS,
                          ErrorBody.of(messages.scrub(body.bytes())),
                          address))));
      case LineReply.Unfinished(String id, String message) ->
          new LineResult.Failed(
              id,
              new Transient(
                  messages.message("the job ended before this request: " + message),
                  Kind.SERVER_ERROR,
                  Optional.empty(),
                  null));
    };
  }

  LineResult.Damaged damaged(String message) {
    return new LineResult.Damaged(messages.message(message));
  }

  private LineResult answered(String id, byte[] body, int texts) {
    try {
      return new LineResult.Embedded(id, embeddings(body, texts));
    } catch (IOException e) {
      return new LineResult.Failed(
          id,
          messages.transientFailure(
              Kind.BAD_REPLY, "the result cannot be read: " + ReplyDefect.words(e), e));
    } catch (ProviderException e) {
      return new LineResult.Failed(id, e);
    }
  }

  private Embeddings embeddings(byte[] body, int texts) throws IOException, ProviderException {
    Reply reply = format.reply(body, texts);
    belief.checkOrder(reply);
    belief.named(reply.model());
    boolean base64 = calls.words(spec).contains(OptionalField.ENCODING_FORMAT);
    if (reply.form() == Reply.Form.BASE64) {
      Optional<String> fault = belief.faultOfBase64(reply.vectors());
      if (fault.isPresent()) {
        throw messages.transientFailure(
            Kind.BAD_REPLY,
            "its base64 does not contain float32 values: " + fault.get(),
            new IOException(fault.get()));
      }
    }
    if (normalization == Normalization.NONE) {
      belief.checkLength(reply.vectors());
    }
    return new Embeddings(reply.vectors(), reply.tokens())
        .with(normalization)
        .doubting(belief.doubts(reply, base64));
  }
}
