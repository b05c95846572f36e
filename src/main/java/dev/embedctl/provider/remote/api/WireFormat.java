package dev.embedctl.provider.remote.api;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.provider.Normalization;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.Quota;
import dev.embedctl.provider.remote.auth.ApiKey;
import dev.embedctl.provider.remote.errors.FailedReply;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** The requests and replies of one API. It has no state and sends nothing itself. */
public interface WireFormat {

  /**
   * Checks that the API supports all options of a spec.
   *
   * @throws Usage if it does not; the message names the option
   */
  void check(EmbeddingSpec spec);

  /** Whether the provider itself cuts long texts if the spec requests it. */
  boolean truncates();

  /** The path that is added to the base URL, with a query if the API needs one. */
  String path(URI baseUrl, EmbeddingSpec spec);

  /** The headers with the key: a bearer token unless the API has its own header. */
  default Map<String, String> headers(ApiKey key) {
    return Map.of("Authorization", "Bearer " + key.secret());
  }

  /** Whether a request can contain the purpose of texts. */
  default boolean takesInputType() {
    return true;
  }

  /** The prefix of each text, if the model needs one for the purpose of texts. */
  default String prefix(EmbeddingSpec spec) {
    return "";
  }

  /** The normalization that the API's vectors need for a spec. */
  default Normalization normalization(EmbeddingSpec spec) {
    return Normalization.NONE;
  }

  /** Whether the API normalizes vectors itself. */
  default boolean givesUnitLength() {
    return false;
  }

  /** The fields of a request that may be left out if a server refuses them. */
  default Set<OptionalField> words(EmbeddingSpec spec) {
    return spec.dimensions().isPresent() ? Set.of(OptionalField.DIMENSIONS) : Set.of();
  }

  /** The body of a request for vectors. */
  byte[] request(EmbeddingSpec spec, List<String> texts, Dialect dialect);

  /**
   * The greatest number of bytes around each text in the body of a request: two quotes and a comma
   * in an array of texts.
   */
  default int bytesAroundText(EmbeddingSpec spec) {
    return 3;
  }

  /**
   * Parses a reply's body.
   *
   * @throws IOException if the body is invalid; the message explains the error
   */
  Reply reply(EmbeddingSpec spec, byte[] body, int texts) throws IOException;

  /** The tokens in a reply whose vectors cannot be read, since they are charged too. */
  default OptionalLong billed(byte[] body) {
    return OptionalLong.empty();
  }

  /** The tokens that a reply's headers count, if the API counts them there. */
  default OptionalLong tokens(HttpHeaders headers) {
    return OptionalLong.empty();
  }

  /** Whether the spec's model is the API's own name, not one that a user chose. */
  default boolean namesModels() {
    return true;
  }

  /** The number of lists around a vector's numbers in a reply, within the innermost object. */
  default int listsAroundNumbers() {
    return 1;
  }

  /** The fields of the request that the server ignores, as a valid reply shows. */
  default Set<OptionalField> ignored(byte[] body) {
    return Set.of();
  }

  /** The model that a valid reply names, if the API names it. */
  default Optional<String> model(byte[] body) {
    return Optional.empty();
  }

  /** The rest of the rate limit in a reply's headers. */
  Quota quota(HttpHeaders headers);

  /** The failure for a reply with another status than 200, or with an error in its body. */
  ProviderException failure(FailedReply reply);

  /** The description that is read from a server before the first call, if it has one. */
  default Optional<SelfDescription> selfDescription() {
    return Optional.empty();
  }
}
