package dev.embedctl.provider.remote;

import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.EmbeddingRequest;
import dev.embedctl.provider.Embeddings;
import dev.embedctl.provider.ForwardingProvider;
import dev.embedctl.provider.ProviderException;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.ProviderException.Transient;
import dev.embedctl.provider.ProviderException.Transient.Kind;
import dev.embedctl.provider.ServedModel;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Believes a reply if the server has the same model after it as at the beginning of the run. One
 * question is enough for all replies that came before it.
 */
final class WatchedProvider extends ForwardingProvider {
  private final Watch watch;

  WatchedProvider(
      EmbeddingProvider provider,
      ModelQuestion question,
      ServedModel expected,
      FailureMessages messages) {
    this(provider, new Watch(question, expected, messages));
  }

  private WatchedProvider(EmbeddingProvider provider, Watch watch) {
    super(provider);
    this.watch = watch;
  }

  @Override
  public EmbeddingProvider inNumbers() {
    return new WatchedProvider(provider().inNumbers(), watch);
  }

  @Override
  public Embeddings embed(EmbeddingRequest request) throws ProviderException, InterruptedException {
    Embeddings embeddings = provider().embed(request);
    watch.confirm(embeddings);
    return embeddings;
  }

  /** What the server has answered so far. */
  private static final class Watch {
    private final ModelQuestion question;
    private final ServedModel expected;
    private final FailureMessages messages;
    private final ReentrantLock asking = new ReentrantLock();
    private final AtomicLong begun = new AtomicLong();
    private long confirmed;

    Watch(ModelQuestion question, ServedModel expected, FailureMessages messages) {
      this.question = question;
      this.expected = expected;
      this.messages = messages;
    }

    void confirm(Embeddings reply) throws ProviderException, InterruptedException {
      long before = begun.get();
      asking.lockInterruptibly();
      try {
        if (confirmed > before) {
          return; // a question that began after this reply was answered
        }
        long number = begun.incrementAndGet();
        check(answer(reply), reply);
        confirmed = number;
      } finally {
        asking.unlock();
      }
    }

    /**
     * The models of the server, asked for several times, since the reply is paid for.
     *
     * @throws ProviderException with the tokens of the reply; fewer texts would not help
     */
    private List<ServedModel> answer(Embeddings reply)
        throws ProviderException, InterruptedException {
      try {
        return question.untilAnswered();
      } catch (Transient e) {
        throw e.as(Kind.NO_REPLY).billing(reply.tokens());
      } catch (ProviderException e) {
        throw e.billing(reply.tokens());
      }
    }

    private void check(List<ServedModel> models, Embeddings reply) throws Hopeless {
      Optional<String> now =
          ServedModel.among(models, expected.names()).flatMap(ServedModel::identity);
      if (now.equals(expected.identity())) {
        return;
      }
      throw new Hopeless(
              Hopeless.Reason.MODEL_CHANGED,
              messages.message(
                  "the model "
                      + expected.name()
                      + " was "
                      + expected.shownIdentity()
                      + " when the run began, and is "
                      + now.map(ServedModel::shown).orElse("another one")
                      + " now, and vectors of different models cannot be compared; run the command"
                      + " again when the server keeps its model"))
          .billing(reply.tokens());
    }
  }
}
