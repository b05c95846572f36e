package dev.embedctl.provider.pace;

import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.EmbeddingRequest;
import dev.embedctl.provider.Embeddings;
import dev.embedctl.provider.ForwardingProvider;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Refused;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.ProviderException.Transient.Kind;
import java.util.Optional;

/**
 * Calls of a server with texts that another server has embedded: whatever fails, the texts are not
 * at fault.
 */
final class SampleCalls extends ForwardingProvider {
  private final String address;

  SampleCalls(EmbeddingProvider provider, String address) {
    super(provider);
    this.address = address;
  }

  @Override
  public Embeddings embed(EmbeddingRequest request) throws ProviderException, InterruptedException {
    try {
      return provider().embed(request);
    } catch (Refused e) {
      throw refused(e, request.counted().size());
    } catch (Transient e) {
      throw switch (e.kind()) {
        case TIMED_OUT, BAD_REPLY -> e.as(Kind.NO_REPLY);
        case RATE_LIMITED,
            OVERLOADED,
            CROWDED_OUT,
            LOADING,
            SERVER_ERROR,
            UNREACHED,
            CUT_OFF,
            NO_REPLY,
            MISUNDERSTOOD ->
            e;
      };
    }
  }

  private ProviderException refused(Refused failure, int texts) {
    return limits().textsPerRequest() < texts
        ? new Transient(failure.getMessage(), Kind.MISUNDERSTOOD, Optional.empty(), failure)
        : new Hopeless(
                Hopeless.Reason.PARAMETER,
                address
                    + " rejects a text that another server of this run has embedded: "
                    + failure.getMessage())
            .billing(failure.billed());
  }
}
