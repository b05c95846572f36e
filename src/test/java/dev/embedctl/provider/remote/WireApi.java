package dev.embedctl.provider.remote;

import com.fasterxml.jackson.databind.JsonNode;
import dev.embedctl.model.InputType;
import dev.embedctl.model.Vector;
import dev.embedctl.provider.Quota;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What is particular to an API on the network, with replies that it is known to give. */
public interface WireApi {

  /** Its name in the catalog. */
  String name();

  /** A model of it. */
  String model();

  /** What a base URL has behind the host: its own one may have none. */
  String basePath();

  /** Path and query of a call. */
  String callPath();

  /** The header that carries a key, and its value. */
  Map.Entry<String, String> keyHeader(String key);

  /** The texts that a request's body asks for. */
  List<String> textsOf(JsonNode request);

  /** A whole reply with these vectors. */
  String reply(List<Vector> vectors);

  /** Where the length of vectors stands in a request; empty where it cannot be asked for. */
  Optional<String> dimensionsPointer();

  /** What it must be told that texts are for; empty where it need not be told. */
  default Optional<InputType> inputTypeItNeeds() {
    return Optional.empty();
  }

  /** Where a request says what texts are for; empty where it cannot be said. */
  Optional<String> inputTypePointer();

  /** What an input type is called there. */
  String wordFor(InputType type);

  /** A key that is not accepted. */
  Recorded badKey();

  /** No money, no quota left; empty where the API has no such thing. */
  Optional<Recorded> noMoney();

  /** No such model. */
  Recorded unknownModel();

  /** Too many calls; with the wait that it asks for. */
  Recorded rateLimited();

  /** A text is too long. */
  Recorded tooLong();

  /** Headers of a good reply that tell what is left, and what they say. */
  default Map<String, String> quotaHeaders() {
    return Map.of();
  }

  /** What the headers say. */
  default Quota quota() {
    return Quota.UNKNOWN;
  }

  /** What the server says of itself where it can be asked. */
  default Optional<String> selfDescription() {
    return Optional.empty();
  }

  /** The server that speaks the wire. */
  Loopback loopback();

  /** What the provider makes of the vectors that the API gives: nothing, mostly. */
  default List<Vector> expected(List<Vector> vectors) {
    return vectors;
  }
}
