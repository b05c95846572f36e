package dev.embedctl.provider.remote.api;

import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderLimits;
import java.io.IOException;
import java.util.Set;

/** The address at which a server describes its model and limits, and a parser for it. */
public interface SelfDescription {

  /** The path that is added to the base URL. */
  String path();

  /**
   * The limits of a request in the server's description.
   *
   * @param allowed other names that the spec's model may have
   * @param limits the limits that are known beforehand
   * @throws Hopeless if the server has another model than the spec
   * @throws IOException if the body cannot be read
   */
  ProviderLimits limits(EmbeddingSpec spec, Set<String> allowed, ProviderLimits limits, byte[] body)
      throws Hopeless, IOException;
}
