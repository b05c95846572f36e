package dev.embedctl.provider.remote.api;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.provider.Normalization;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.Quota;
import dev.embedctl.provider.remote.errors.FailedReply;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** How one API says things over HTTP. It holds no state and sends nothing itself. */
public interface WireFormat {

  /**
   * Whether the API has words for all that a spec asks for, and for texts that are too long.
   *
   * @throws Usage where it has none; the message names the option
   */
  void check(EmbeddingSpec spec);

  /** Whether the provider itself cuts a text that is too long, where the spec asks for it. */
  boolean truncates();

  /** What is added to the base URL; a query too, where the API wants one. */
  String path(URI baseUrl, EmbeddingSpec spec);

  /** The headers that carry the key: a bearer's, where the API has none of its own. */
  default Map<String, String> headers(ApiKey key) {
    return Map.of("Authorization", "Bearer " + key.secret());
  }

  /** What goes before each text, where that is how a model is told what texts are for. */
  default String prefix(EmbeddingSpec spec) {
    return "";
  }

  /** What is made of the lengths of the vectors that the API gives for a spec. */
  default Normalization normalization(EmbeddingSpec spec) {
    return Normalization.NONE;
  }

  /** Whether it is asked for vectors of unit length, and gives them. */
  default boolean givesUnitLength() {
    return false;
  }

  /** Members of a request that some servers refuse, and that may be left out. */
  default Set<OptionalField> words(EmbeddingSpec spec) {
    return spec.dimensions().isPresent() ? Set.of(OptionalField.DIMENSIONS) : Set.of();
  }

  /** The body that asks for the texts' vectors. */
  byte[] request(EmbeddingSpec spec, List<String> texts, Dialect dialect);

  /**
   * Bytes of a request's body for each text beside the text itself, at most: in an array of texts
   * two quotes and a comma.
   */
  default int bytesAroundText(EmbeddingSpec spec) {
    return 3;
  }

  /**
   * The vectors in a reply's body, each in its text's place.
   *
   * @throws IOException where the body is not what the API promises; the message says what is wrong
   */
  Reply reply(EmbeddingSpec spec, byte[] body, int texts) throws IOException;

  /**
   * Tokens that a reply says were counted for it, whose vectors cannot be read: they are paid for
   * all the same.
   */
  default OptionalLong billed(byte[] body) {
    return OptionalLong.empty();
  }

  /** Whether a spec's model is what the API itself calls it, and no name that a user gave. */
  default boolean namesModels() {
    return true;
  }

  /** The lists around a vector's numbers in a reply, within the innermost object. */
  default int listsAroundNumbers() {
    return 1;
  }

  /** Words of the request that a good reply shows the server to ignore. */
  default Set<OptionalField> ignored(byte[] body) {
    return Set.of();
  }

  /** The model that a good reply says it is from, where the API says so. */
  default Optional<String> model(byte[] body) {
    return Optional.empty();
  }

  /** What a reply's headers say may still be asked for. */
  Quota quota(HttpHeaders headers);

  /** The meaning of a reply with another status than 200, or of one that states an error. */
  ProviderException failure(FailedReply reply);

  /** What a server is asked about itself before the first call, where it can be asked. */
  default Optional<SelfDescription> selfDescription() {
    return Optional.empty();
  }
}
