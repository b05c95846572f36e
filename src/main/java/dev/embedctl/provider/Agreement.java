package dev.embedctl.provider;

import dev.embedctl.model.Parameter;
import dev.embedctl.model.Vector;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Compares what the servers of a run make of the same texts, so that the vectors of two models do
 * not mix. The first reply of the run gives the texts; each server must then make the same vectors
 * of them.
 */
public final class Agreement {
  private static final int TEXTS = 2; // a second one shows that they are in the right order

  private final String provider;
  private final List<String> addresses;
  private final double least;
  private final ReentrantLock lock = new ReentrantLock();
  private Optional<Sample> sample = Optional.empty();

  /**
   * Texts and their vectors from one of the servers.
   *
   * @param server the number of the server
   */
  public record Sample(int server, EmbeddingRequest request, List<Vector> vectors) {
    public Sample {
      vectors = List.copyOf(vectors);
    }

    /** The first texts of it. */
    public Sample ofAtMost(int texts) {
      int size = Math.min(texts, vectors.size());
      return new Sample(
          server,
          new EmbeddingRequest(request.counted().subList(0, size)),
          vectors.subList(0, size));
    }
  }

  /**
   * A comparison of the servers of a run.
   *
   * @param provider the provider's name, for messages
   * @param addresses the servers' addresses, for messages
   * @param least the lowest cosine of the vectors of a text
   */
  public Agreement(String provider, List<String> addresses, double least) {
    this.provider = provider;
    this.addresses = List.copyOf(addresses);
    this.least = least;
  }

  /** One server, which agrees with itself. */
  public static Agreement ofTheOnlyOne() {
    return new Agreement("", List.of(), -1);
  }

  /** The texts to compare, once there has been a reply. */
  public Optional<Sample> sample() {
    lock.lock();
    try {
      return sample;
    } finally {
      lock.unlock();
    }
  }

  /** Takes texts of a reply if it is the first one; else returns those of the first one. */
  public Optional<Sample> begin(int server, EmbeddingRequest request, Embeddings reply) {
    lock.lock();
    try {
      if (sample.isPresent()) {
        return sample;
      }
      sample = Optional.of(sample(server, request, reply));
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  private static Sample sample(int server, EmbeddingRequest request, Embeddings reply) {
    List<CountedText> all = request.counted();
    List<CountedText> texts = new ArrayList<>();
    List<Vector> vectors = new ArrayList<>();
    for (int at : shortestFirst(all)) {
      String text = all.get(at).text();
      if (texts.size() < TEXTS && texts.stream().noneMatch(one -> one.text().equals(text))) {
        texts.add(all.get(at));
        vectors.add(reply.vectors().get(at));
      }
    }
    return new Sample(server, new EmbeddingRequest(texts), vectors);
  }

  private static List<Integer> shortestFirst(List<CountedText> texts) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      order.add(i);
    }
    order.sort(Comparator.comparingInt(at -> texts.get(at).tokens()));
    return order;
  }

  /** How a server's vectors of a sample differ from the expected ones; empty if they do not. */
  public Optional<String> difference(Sample expected, int server, Embeddings reply) {
    for (int i = 0; i < expected.vectors().size(); i++) {
      Optional<String> difference =
          difference(expected.vectors().get(i), reply.vectors().get(i))
              .map(how -> disagreement(expected.server(), server, how));
      if (difference.isPresent()) {
        return difference;
      }
    }
    return Optional.empty();
  }

  private Optional<String> difference(Vector one, Vector other) {
    if (one.dimensions() != other.dimensions()) {
      return Optional.of(one.dimensions() + " and " + other.dimensions() + " dimensions");
    }
    double cosine = one.cosine(other);
    return cosine >= least
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT, "cosine %.4f, less than %s %s", cosine, Parameter.MIN_COSINE, least));
  }

  private String disagreement(int one, int other, String how) {
    return provider
        + ": "
        + addresses.get(one)
        + " and "
        + addresses.get(other)
        + " make different vectors of the same text ("
        + how
        + "), and vectors of different models cannot be compared; check which model each of them"
        + " has";
  }
}
