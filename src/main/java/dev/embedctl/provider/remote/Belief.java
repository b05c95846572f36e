package dev.embedctl.provider.remote;

import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Parameter;
import dev.embedctl.model.Vector;
import dev.embedctl.provider.Embeddings.Doubt;
import dev.embedctl.provider.ProviderException.Hopeless;
import dev.embedctl.provider.VectorDefect;
import dev.embedctl.provider.remote.api.Reply;
import dev.embedctl.provider.remote.api.UnfitIndexes;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What a run believes of a server's replies, by what is known of the model and by what the replies
 * before were like. Safe for many threads.
 */
public final class Belief {
  /** A reply counts fewer tokens for a byte of its request, whatever its tokenizer is. */
  private static final long TOKENS_A_BYTE = 100;

  /**
   * Float16s and big-endian bytes that are read as float32s are shorter than any model's vector.
   */
  private static final double SHORTEST = 1e-3;

  /** Vectors that were made unit length at half precision are nearer to it. */
  private static final double NEARLY_ONE = 1e-2;

  /** Fewer characters may have as many tokens by chance. */
  private static final int CHARACTERS_THAT_TELL = 200;

  private static final double TOKENS_THAT_ARE_CHARACTERS = 2.5;

  private final EmbeddingSpec spec;
  private final OptionalInt dimensions;
  private final Expectations expectations;
  private final FailureMessages told;
  private final ServerListener listener;
  private final AtomicReference<Optional<String>> answers = new AtomicReference<>(Optional.empty());
  private final AtomicReference<Numbering> numbering = new AtomicReference<>(Numbering.UNKNOWN);
  private final AtomicBoolean toldOfModel = new AtomicBoolean();
  private final AtomicBoolean toldOfLength = new AtomicBoolean();
  private final AtomicBoolean toldOfUnit = new AtomicBoolean();

  /** How a server's first reply without right indexes is. */
  private enum Numbering {
    UNKNOWN,
    /** It has no indexes, or the same one for each vector. */
    NONE,
    WRONG
  }

  /**
   * What replies must be like.
   *
   * @param dimensions of the vectors, as far as it is known
   * @param unitLength whether the vectors are of length 1
   * @param modelIsNamed whether the server calls the model as the spec does
   */
  public record Expectations(OptionalInt dimensions, boolean unitLength, boolean modelIsNamed) {}

  /** Nothing was answered yet. */
  Belief(
      EmbeddingSpec spec,
      Expectations expectations,
      FailureMessages told,
      ServerListener listener) {
    this.spec = spec;
    this.expectations = expectations;
    this.dimensions = expectations.dimensions();
    this.told = told;
    this.listener = listener;
  }

  /**
   * Takes note of the model that a reply names.
   *
   * @throws Hopeless where it is another one than before: which vectors are the right model's,
   *     nobody knows
   */
  void named(Optional<String> model) throws Hopeless {
    if (model.isEmpty()) {
      return;
    }
    answers.compareAndSet(Optional.empty(), model);
    Optional<String> first = answers.get();
    String before = first.orElseThrow();
    if (!ModelNames.isSame(before, model.get())) {
      if (isAnother(first) && !isAnother(model)) {
        answers.compareAndSet(first, model); // what the other still sends is not believed
      }
      throw new Hopeless(
          Hopeless.Reason.MODEL_CHANGED,
          told.message(
              "its replies were from the model "
                  + ModelNames.shown(before)
                  + ", and one is from "
                  + ModelNames.shown(model.get())
                  + ", whose vectors cannot be compared with the others; "
                  + (isAnother(first) ? "none of the first is kept; " : "")
                  + "see why it changes models"));
    }
    if (isAnother(model) && toldOfModel.compareAndSet(false, true)) {
      listener.warned(
          told.message(
              spec.model()
                  + " was asked for, and "
                  + ModelNames.shown(model.get())
                  + " answers; see that it is the model that you mean"));
    }
  }

  /** Whether a reply names a model that cannot be told to be the one that was asked for. */
  private boolean isAnother(Optional<String> named) {
    return expectations.modelIsNamed()
        && named.isPresent()
        && !ModelNames.mayBe(named.get(), spec.model());
  }

  /** The tokens that a reply counts, where that can be. */
  OptionalLong counted(OptionalLong said, int bytesOfRequest) {
    return said.isPresent() && said.getAsLong() <= TOKENS_A_BYTE * bytesOfRequest
        ? said
        : OptionalLong.empty();
  }

  /** Says so where a reply counts characters: a limit or a price in tokens does not fit them. */
  void checkUnit(OptionalLong counted, List<String> texts, long estimated) {
    long characters = 0;
    for (String text : texts) {
      characters += text.codePointCount(0, text.length());
    }
    if (counted.isPresent()
        && characters >= CHARACTERS_THAT_TELL
        && counted.getAsLong() >= characters
        && counted.getAsLong() <= characters + 2L * texts.size()
        && counted.getAsLong() > TOKENS_THAT_ARE_CHARACTERS * estimated
        && toldOfUnit.compareAndSet(false, true)) {
      listener.warned(
          told.message(
              "it seems to count characters as tokens ("
                  + counted.getAsLong()
                  + " for texts of about "
                  + estimated
                  + "), and they are counted as it does"));
    }
  }

  /** Why vectors in base64 cannot be float32s of the model, if they cannot. */
  Optional<String> faultOfBase64(List<Vector> vectors) {
    int first = vectors.getFirst().dimensions();
    if (spec.dimensions().isEmpty() // a server may ignore those that are asked for
        && dimensions.isPresent()
        && isOfOtherBytes(first, dimensions.getAsInt())
        && vectors.stream().allMatch(vector -> vector.dimensions() == first)) {
      return Optional.of(first + " values instead of " + dimensions.getAsInt());
    }
    for (Vector vector : vectors) {
      Optional<String> defect = VectorDefect.of(vector);
      if (defect.isPresent()) {
        return defect;
      }
      double length = vector.norm();
      if (length < SHORTEST) {
        return Optional.of(String.format(Locale.ROOT, "a vector that is %.2g long", length));
      }
      if (isHalfZero(vector)) {
        return Optional.of("half of the values are zero");
      }
    }
    return Optional.empty();
  }

  /** Whether there are as many values as where each has 8, 2 or 1 bytes and was read as 4. */
  private static boolean isOfOtherBytes(int found, int right) {
    return found == 2L * right || 2L * found == right || 4L * found == right;
  }

  private static boolean isHalfZero(Vector vector) {
    int zeros = 0;
    for (int i = 0; i < vector.dimensions(); i++) {
      zeros += vector.at(i) == 0f ? 1 : 0;
    }
    return 2 * zeros >= vector.dimensions();
  }

  /** Takes note that a reply's indexes are wrong. */
  void misnumbered() {
    numbering.compareAndSet(Numbering.UNKNOWN, Numbering.WRONG);
  }

  /**
   * Accepts the texts' order where a reply has no indexes that differ.
   *
   * @throws UnfitIndexes where replies before had indexes that differ and were wrong: this reply
   *     has only too few vectors to show it
   */
  void checkOrder(Reply reply) throws UnfitIndexes {
    if (reply.order() == Reply.Order.ASSUMED) {
      numbering.compareAndSet(Numbering.UNKNOWN, Numbering.NONE);
      if (numbering.get() == Numbering.WRONG) {
        throw UnfitIndexes.withoutDifference(reply.vectors().size());
      }
    }
  }

  /** What a reply does not prove. */
  Set<Doubt> doubts(Reply reply, boolean askedForBase64) {
    Set<Doubt> doubts = EnumSet.noneOf(Doubt.class);
    if (reply.order() == Reply.Order.ASSUMED) {
      doubts.add(Doubt.ORDER);
    }
    if (askedForBase64 && reply.form() == Reply.Form.BASE64 && dimensions.isEmpty()) {
      doubts.add(Doubt.ENCODING);
    }
    if (isAnother(reply.model())) {
      doubts.add(Doubt.MODEL);
    }
    return doubts;
  }

  /** Says so where vectors are not of length 1 and should be. */
  void checkLength(List<Vector> vectors) {
    if (toldOfLength.get()) {
      return;
    }
    double shortest = Double.MAX_VALUE;
    double longest = 0;
    for (Vector vector : vectors) {
      double length = vector.norm();
      shortest = Math.min(shortest, length);
      longest = Math.max(longest, length);
    }
    if (shortest < SHORTEST) {
      return; // it will not be believed
    }
    boolean tooShort = shortest < 1 - NEARLY_ONE;
    boolean tooLong = longest > 1 + NEARLY_ONE;
    // What was cut from vectors of length 1 is shorter and never longer.
    boolean cut = spec.dimensions().isPresent() && tooShort && !tooLong;
    boolean off = expectations.unitLength() && (tooShort || tooLong);
    if ((cut || off) && toldOfLength.compareAndSet(false, true)) {
      listener.warned(
          told.message(
              String.format(
                  Locale.ROOT,
                  "its vectors are not of length 1 as the model's are (from %.4g to %.4g): compare"
                      + " them by cosine, or say "
                      + Parameter.NORMALIZE,
                  shortest,
                  longest)));
    }
  }
}
