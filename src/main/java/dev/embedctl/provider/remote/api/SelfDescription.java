package dev.embedctl.provider.remote.api;

import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderLimits;
import java.io.IOException;

/** Where a server says what it is and what it takes, and how that is read. */
public interface SelfDescription {

  /** What is added to the base URL, to get it. */
  String path();

  /**
   * What a request may hold, as the server says.
   *
   * @param limits as they are known beforehand
   * @throws Hopeless where the server cannot give what the spec asks for: it has another model
   * @throws IOException where the body cannot be read
   */
  ProviderLimits limits(EmbeddingSpec spec, ProviderLimits limits, byte[] body)
      throws Hopeless, IOException;
}
