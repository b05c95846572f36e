package dev.embedctl.doctor;

import dev.embedctl.doctor.Finding.Verdict;
import dev.embedctl.model.Parameter;
import dev.embedctl.model.Vector;
import dev.embedctl.provider.VectorDefect;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Checks the vectors in the replies. */
final class VectorChecks {
  /** Vectors that were normalized at half precision have a length this close to 1. */
  private static final double NEARLY_ONE = 1e-3;

  private final Subject subject;
  private final List<Vector> all;
  private final List<Vector> together;
  private final List<Vector> one;
  private final List<Vector> other;

  VectorChecks(Subject subject, Observations seen) {
    this.subject = subject;
    this.all = seen.vectors();
    this.together = seen.together();
    this.one = seen.alone(Questions.ONE);
    this.other = seen.alone(Questions.OTHER);
  }

  List<Finding> findings() {
    List<Finding> findings = new ArrayList<>(List.of(dimensions(), length()));
    Optional<Similarity> again = pair(one);
    if (again.isPresent() && !again.get().meansTheSame()) {
      findings.add(repeats(again.get())); // the other checks need repeatable vectors
      return findings;
    }
    Optional<Finding> order =
        one.isEmpty() || other.isEmpty() ? Optional.empty() : Optional.of(order());
    if (order.isPresent() && order.get().verdict() == Verdict.FAIL) {
      findings.add(order.get());
      return findings;
    }
    Optional<Similarity> repeated =
        Stream.of(again, pair(together)).flatMap(Optional::stream).reduce(Similarity::and);
    repeated.map(VectorChecks::repeats).ifPresent(findings::add);
    order.ifPresent(findings::add);
    if (order.isPresent() && !together.isEmpty()) {
      findings.add(neighbours(repeated));
    }
    return findings;
  }

  /** The similarity of the first two vectors, which belong to the same text. */
  private static Optional<Similarity> pair(List<Vector> vectors) {
    return vectors.size() < 2
        ? Optional.empty()
        : Optional.of(Similarity.of(vectors.get(0), vectors.get(1)));
  }

  private Finding dimensions() {
    int found = all.getFirst().dimensions();
    int known = subject.model().dimensions().orElse(found);
    boolean asked = subject.spec().dimensions().isPresent();
    Finding finding =
        asked || known == found
            ? Finding.ok("dimensions", found + (asked ? ", as requested" : ""))
            : Finding.warn(
                "dimensions",
                found + ", but " + subject.spec().model() + " has " + known,
                "check that the server runs the model you want");
    return finding.with("dimensions", found);
  }

  private Finding length() {
    DoubleSummaryStatistics lengths = all.stream().mapToDouble(Vector::norm).summaryStatistics();
    return lengthBetween(lengths)
        .with("shortest", rounded(lengths.getMin()))
        .with("longest", rounded(lengths.getMax()));
  }

  private static Finding lengthBetween(DoubleSummaryStatistics lengths) {
    String from = String.format(Locale.ROOT, "%.4g", lengths.getMin());
    String to = String.format(Locale.ROOT, "%.4g", lengths.getMax());
    if (lengths.getMax() > VectorDefect.LONGEST) {
      return Finding.fail(
          "length",
          "vectors have lengths up to " + to + ", which no model produces",
          Optional.of("check whether the server's base64 contains float64 or big-endian values"));
    }
    double off = Math.max(Math.abs(lengths.getMin() - 1), Math.abs(lengths.getMax() - 1));
    return off <= NEARLY_ONE
        ? Finding.ok("length", "1: the dot product is the cosine")
        : Finding.warn(
            "length",
            "not 1: from " + from + " to " + to,
            "compare them by cosine, not by dot product");
  }

  private static BigDecimal rounded(double length) {
    return new BigDecimal(length).round(new MathContext(6));
  }

  private static Finding repeats(Similarity similarity) {
    return repeatsAs(similarity).with("difference", similarity.figure());
  }

  private static Finding repeatsAs(Similarity similarity) {
    if (!similarity.meansTheSame()) {
      return Finding.fail(
          "same text",
          "the same text gets a different vector each time (cosine "
              + similarity.shownCosine()
              + ")",
          Optional.of("search cannot work with such vectors; check the server"));
    }
    if (!similarity.isEqual()) {
      return Finding.warn(
          "same text",
          "vectors of the same text differ by " + similarity.shownDifference() + " of their length",
          "the cache keeps the first vector of a text; compare vectors with that tolerance");
    }
    return Finding.ok(
        "same text",
        similarity.isExact()
            ? "always has the same vector, bit for bit"
            : "always has the same vector, within " + similarity.shownDifference());
  }

  private Finding order() {
    if (Similarity.of(one.getFirst(), other.getFirst()).isEqual()) {
      return Finding.fail(
          "order",
          "two different texts have the same vector",
          Optional.of("search cannot work with such vectors; check the server"));
    }
    if (together.isEmpty()) {
      return Finding.ok("order", "each text is sent alone");
    }
    boolean right =
        isNearer(together.get(0), one, other)
            && isNearer(together.get(1), one, other)
            && isNearer(together.get(2), other, one);
    return right
        ? Finding.ok("order", "vectors come in the order of the texts")
        : Finding.fail(
            "order",
            "in a request with several texts, a vector belongs to another text",
            Optional.of("set " + Parameter.TEXTS_PER_REQUEST + " 1, or check the server"));
  }

  private static boolean isNearer(Vector vector, List<Vector> its, List<Vector> others) {
    return Similarity.of(vector, its.getFirst()).cosine()
        > Similarity.of(vector, others.getFirst()).cosine();
  }

  /** Whether the other texts of a request change a text's vector. */
  private Finding neighbours(Optional<Similarity> repeated) {
    Similarity similarity =
        Similarity.of(together.get(0), one.getFirst())
            .and(Similarity.of(together.get(2), other.getFirst()));
    return neighbours(similarity, repeated.map(Similarity::difference).orElse(0.0))
        .with("difference", similarity.figure());
  }

  private static Finding neighbours(Similarity similarity, double anyway) {
    if (!similarity.meansTheSame()) {
      return Finding.fail(
          "neighbours",
          "the other texts of a request change a vector (cosine " + similarity.shownCosine() + ")",
          Optional.of("set " + Parameter.TEXTS_PER_REQUEST + " 1, or check the server"));
    }
    if (similarity.isEqual() || similarity.difference() <= 2 * anyway) {
      return Finding.ok("neighbours", "the other texts of a request do not change a vector");
    }
    return Finding.warn(
        "neighbours",
        "the other texts of a request change a vector by "
            + similarity.shownDifference()
            + " of its length",
        "compare vectors with that tolerance, or set " + Parameter.TEXTS_PER_REQUEST + " 1");
  }
}
