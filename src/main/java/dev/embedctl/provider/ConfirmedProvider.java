package dev.embedctl.provider;

import dev.embedctl.model.Vector;
import dev.embedctl.provider.Embeddings.Doubt;
import dev.embedctl.provider.ProviderException.Hopeless;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Tests once in a run the properties that a reply does not prove. The last text of the first such
 * request is embedded again, alone and as numbers, and both vectors must agree. If the encoding
 * proves wrong, the run goes on with numbers; if the order proves wrong, the run ends.
 */
public final class ConfirmedProvider extends ForwardingProvider {
  /** Vectors with a lower cosine do not belong to the same text. */
  private static final double SAME = 0.999;

  private final EmbeddingProvider numbers;
  private final EncodingMemory memory;
  private final Consumer<String> learned;
  private final ReentrantLock lock = new ReentrantLock();

  /** Which model answers, only the whole run shows. */
  private volatile Set<Doubt> settled = Set.of(Doubt.MODEL);

  private volatile boolean numbersOnly;

  /**
   * Confirms the replies of a provider that is retried and paced, so that the test calls are too.
   *
   * @param memory remembers that encoded vectors are right
   * @param learned receives the results of the tests, in sentences
   */
  public ConfirmedProvider(
      EmbeddingProvider provider, EncodingMemory memory, Consumer<String> learned) {
    super(provider);
    this.numbers = provider.inNumbers();
    this.memory = memory;
    this.learned = learned;
  }

  @Override
  public EmbeddingProvider inNumbers() {
    return numbers;
  }

  @Override
  public Embeddings embed(EmbeddingRequest request) throws ProviderException, InterruptedException {
    Embeddings brought = (numbersOnly ? numbers : provider()).embed(request);
    if (settled.containsAll(brought.doubts())) {
      return brought;
    }
    lock.lockInterruptibly(); // requests at the same time wait for the result
    try {
      return confirmed(request, brought);
    } finally {
      lock.unlock();
    }
  }

  private Embeddings confirmed(EmbeddingRequest request, Embeddings brought)
      throws ProviderException, InterruptedException {
    boolean refuted = numbersOnly && brought.doubts().contains(Doubt.ENCODING);
    Embeddings open = refuted ? again(request, brought) : brought;
    if (open.doubts().contains(Doubt.ENCODING) && memory.isConfirmed()) {
      settle(EnumSet.of(Doubt.ENCODING));
    }
    if (settled.containsAll(open.doubts())) {
      return open;
    }
    int last = request.counted().size() - 1;
    Embeddings alone = numbers.embed(request.ofLast());
    Embeddings all = open.after(open.calls() + alone.calls());
    boolean agree = agree(all.vectors().get(last), alone.vectors().getFirst());
    if (!agree && all.doubts().contains(Doubt.ENCODING)) {
      numbersOnly = true;
      learned.accept(
          spec().provider()
              + ": its vectors in base64 differ from those as numbers; this run requests numbers"
              + " from now on");
      all = again(request, all);
      agree = agree(all.vectors().get(last), alone.vectors().getFirst());
    }
    if (all.doubts().contains(Doubt.ORDER)) {
      checkOrder(agree);
    }
    if (all.doubts().contains(Doubt.ENCODING) && agree) {
      memory.confirm();
    }
    settle(all.doubts());
    return all;
  }

  private void checkOrder(boolean agree) throws Hopeless {
    if (!agree) {
      throw new Hopeless(
          Hopeless.Reason.PARAMETER,
          spec().provider()
              + ": its replies do not number the vectors, and a text got another vector alone than"
              + " among other texts, so the order of vectors is unknown; send one text in each"
              + " request, or check the server");
    }
    learned.accept(
        spec().provider()
            + ": its replies do not number the vectors; a test call showed that they are in the order"
            + " of the texts");
  }

  /** The same request as numbers; other doubts remain. */
  private Embeddings again(EmbeddingRequest request, Embeddings encoded)
      throws ProviderException, InterruptedException {
    Embeddings asNumbers = numbers.embed(request);
    return asNumbers.after(encoded.calls() + asNumbers.calls());
  }

  private void settle(Set<Doubt> doubts) {
    Set<Doubt> more = EnumSet.noneOf(Doubt.class);
    more.addAll(settled);
    more.addAll(doubts);
    settled = Set.copyOf(more);
  }

  private static boolean agree(Vector one, Vector other) {
    if (one.dimensions() != other.dimensions()) {
      return false;
    }
    double product = 0;
    for (int i = 0; i < one.dimensions(); i++) {
      product += (double) one.at(i) * other.at(i);
    }
    return product >= SAME * one.norm() * other.norm();
  }
}
