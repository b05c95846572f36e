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

/** What the vectors that came are like. */
final class VectorChecks {
  /** Vectors that were made unit length at half precision are as near. */
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
      findings.add(repeats(again.get())); // by such vectors nothing else can be told
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

  /** How like the first two are, which are of the same text. */
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
            ? Finding.ok("dimensions", found + (asked ? ", as asked for" : ""))
            : Finding.warn(
                "dimensions",
                found + ", and " + known + " are known of " + subject.spec().model(),
                "see that the server has the model that you mean");
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
          "vectors are up to " + to + " long, as no model's are",
          Optional.of("see whether the server's base64 is of float64, or of big-endian floats"));
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

  private static Finding repeats(Similarity likeness) {
    return repeatsAs(likeness).with("difference", likeness.figure());
  }

  private static Finding repeatsAs(Similarity likeness) {
    if (!likeness.meansTheSame()) {
      return Finding.fail(
          "same text",
          "the same text gets another vector each time (cosine " + likeness.toldCosine() + ")",
          Optional.of("nothing can be found by such vectors; look into the server"));
    }
    if (!likeness.isEqual()) {
      return Finding.warn(
          "same text",
          "gets vectors that differ by " + likeness.told() + " of their length",
          "the cache keeps a text's first one; compare vectors with that tolerance");
    }
    return Finding.ok(
        "same text",
        likeness.isExact()
            ? "gets the same vector, bit for bit"
            : "gets the same vector, within " + likeness.told());
  }

  private Finding order() {
    if (Similarity.of(one.getFirst(), other.getFirst()).isEqual()) {
      return Finding.fail(
          "order",
          "two texts get the same vector",
          Optional.of("nothing can be found by such vectors; look into the server"));
    }
    if (together.isEmpty()) {
      return Finding.ok("order", "each text is asked for alone");
    }
    boolean right =
        isNearer(together.get(0), one, other)
            && isNearer(together.get(1), one, other)
            && isNearer(together.get(2), other, one);
    return right
        ? Finding.ok("order", "each vector is its text's, in a request of several too")
        : Finding.fail(
            "order",
            "in a request of several texts a vector is another text's",
            Optional.of(
                "only " + Parameter.TEXTS_PER_REQUEST + " 1 is safe; look into the server"));
  }

  private static boolean isNearer(Vector vector, List<Vector> its, List<Vector> others) {
    return Similarity.of(vector, its.getFirst()).cosine()
        > Similarity.of(vector, others.getFirst()).cosine();
  }

  /** Whether the texts beside a text change its vector. */
  private Finding neighbours(Optional<Similarity> repeated) {
    Similarity likeness =
        Similarity.of(together.get(0), one.getFirst())
            .and(Similarity.of(together.get(2), other.getFirst()));
    return neighbours(likeness, repeated.map(Similarity::difference).orElse(0.0))
        .with("difference", likeness.figure());
  }

  private static Finding neighbours(Similarity likeness, double anyway) {
    if (!likeness.meansTheSame()) {
      return Finding.fail(
          "neighbours",
          "the texts beside a text change its vector (cosine " + likeness.toldCosine() + ")",
          Optional.of("only " + Parameter.TEXTS_PER_REQUEST + " 1 is safe; look into the server"));
    }
    if (likeness.isEqual() || likeness.difference() <= 2 * anyway) {
      return Finding.ok("neighbours", "the texts beside a text do not change its vector");
    }
    return Finding.warn(
        "neighbours",
        "the texts beside a text change its vector by " + likeness.told() + " of its length",
        "compare vectors with that tolerance, or say " + Parameter.TEXTS_PER_REQUEST + " 1");
  }
}
