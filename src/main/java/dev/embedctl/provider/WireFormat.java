package dev.embedctl.provider;

import dev.embedctl.model.EmbeddingSpec;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Map;

/** How one API says things over HTTP. It holds no state and sends nothing itself. */
interface WireFormat {

  /** What is added to the base URL. */
  String path();

  /** The headers that carry the key. */
  Map<String, String> authorization(ApiKey key);

  /** The body that asks for the texts' vectors. */
  byte[] request(EmbeddingSpec spec, List<String> texts);

  /**
   * The vectors in a reply's body, each in its text's place.
   *
   * @throws IOException where the body is not what the API promises; the message says what is wrong
   */
  Embeddings reply(byte[] body, int texts) throws IOException;

  /** What a reply's headers say may still be asked for. */
  Quota quota(HttpHeaders headers);

  /** What a reply with another status than 200 means. */
  ProviderException failure(int status, HttpHeaders headers, byte[] body);
}
