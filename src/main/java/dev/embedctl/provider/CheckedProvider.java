package dev.embedctl.provider;

import java.util.List;
import java.util.OptionalInt;

/**
 * Rejects replies of another provider that cannot be right. There must be one vector for each text,
 * each must be one that a model can return, all vectors of a run must have the same dimensions, and
 * different texts must not all have the same vector. An invalid reply is a transient failure.
 */
public final class CheckedProvider extends ForwardingProvider {
  private final ReplyCheck check;
  private final OneForAll oneForAll;

  /** Checks a provider whose dimensions are only known if its spec requests them. */
  public CheckedProvider(EmbeddingProvider provider) {
    this(provider, OptionalInt.empty());
  }

  /**
   * Checks a provider.
   *
   * @param known the dimensions of the model, if known; used if the spec requests none
   */
  public CheckedProvider(EmbeddingProvider provider, OptionalInt known) {
    this(provider, new ReplyCheck(provider.spec(), known), new OneForAll());
  }

  private CheckedProvider(EmbeddingProvider provider, ReplyCheck check, OneForAll oneForAll) {
    super(provider);
    this.check = check;
    this.oneForAll = oneForAll;
  }

  @Override
  public EmbeddingProvider inNumbers() {
    return new CheckedProvider(provider().inNumbers(), check, oneForAll);
  }

  @Override
  public Embeddings embed(EmbeddingRequest request) throws ProviderException, InterruptedException {
    Embeddings embeddings = provider().embed(request);
    List<String> texts = request.texts();
    check.check(texts.size(), embeddings);
    if (oneForAll.isThat(texts, embeddings.vectors())) {
      throw check.badReply("different texts have the same vector", embeddings);
    }
    return embeddings;
  }
}
