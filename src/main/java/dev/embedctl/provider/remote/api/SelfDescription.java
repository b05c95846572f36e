package dev.embedctl.provider.remote.api;

import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderLimits;
import java.io.IOException;

/** The address at which a server describes its model and limits, and a parser for it. */
public interface SelfDescription {

  /** The path that is added to the base URL. */
  String path();

  /**
   * The limits of a request in the server's description.
   *
   * @param limits the limits that are known beforehand
   * @throws Hopeless if the server has another model than the spec
   * @throws IOException if the body cannot be read
   */
  ProviderLimits limits(EmbeddingSpec spec, ProviderLimits limits, byte[] body)
      throws Hopeless, IOException;
}
