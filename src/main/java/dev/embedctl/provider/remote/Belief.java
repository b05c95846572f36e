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
 * Decides whether a server's replies are plausible, from facts about the model and from earlier
 * replies of the run. Thread-safe.
 */
public final class Belief {
  /** No tokenizer makes more tokens for each byte of a request. */
  private static final long TOKENS_A_BYTE = 100;

  /** Vectors of models are longer; float16 or big-endian values read as float32 are shorter. */
  private static final double SHORTEST = 1e-3;

  /** Vectors that were normalized at half precision have a length closer to 1. */
  private static final double NEARLY_ONE = 1e-2;

  /** With fewer characters, equal numbers of tokens and characters may be chance. */
  private static final int CHARACTERS_THAT_TELL = 200;

  private static final double TOKENS_THAT_ARE_CHARACTERS = 2.5;

  private final EmbeddingSpec spec;
  private final OptionalInt dimensions;
  private final Expectations expectations;
  private final FailureMessages messages;
  private final ServerListener listener;
  private final AtomicReference<Optional<String>> answers = new AtomicReference<>(Optional.empty());
  private final AtomicReference<Numbering> numbering = new AtomicReference<>(Numbering.UNKNOWN);
  private final AtomicBoolean lengthReported = new AtomicBoolean();
  private final AtomicBoolean unitReported = new AtomicBoolean();

  /** How a server numbers the vectors of its replies. */
  private enum Numbering {
    UNKNOWN,
    /** There are no indexes, or the same one for each vector. */
    NONE,
    WRONG
  }

  /**
   * The properties that valid replies must have.
   *
   * @param dimensions the dimensions of the vectors, if known
   * @param unitLength whether vectors have the length 1
   * @param modelIsNamed whether the server uses the same name of the model as the spec
   * @param otherNames other names that the server may use
   */
  public record Expectations(
      OptionalInt dimensions, boolean unitLength, boolean modelIsNamed, Set<String> otherNames) {
    public Expectations {
      otherNames = Set.copyOf(otherNames);
    }
  }

  /** The state before the first reply. */
  Belief(
      EmbeddingSpec spec,
      Expectations expectations,
      FailureMessages messages,
      ServerListener listener) {
    this.spec = spec;
    this.expectations = expectations;
    this.dimensions = expectations.dimensions();
    this.messages = messages;
    this.listener = listener;
  }

  /**
   * Checks the model that a reply names.
   *
   * @throws Hopeless if it does not seem to be the requested model, or differs from the model of
   *     earlier replies, since it is unknown which vectors are from the right model
   */
  void named(Optional<String> model) throws Hopeless {
    if (model.isEmpty() || isAllowed(model.get())) {
      return;
    }
    String named = model.get();
    if (expectations.modelIsNamed() && !ModelNames.mayBe(named, spec.model())) {
      throw new Hopeless(
          Hopeless.Reason.MODEL_CHANGED,
          messages.message(
              spec.model()
                  + " was requested, but "
                  + ModelNames.shown(named)
                  + " answers, and vectors of different models cannot be compared; if it is the same"
                  + " model, set "
                  + Parameter.ALLOW_MODEL
                  + " "
                  + ModelNames.shown(named)));
    }
    answers.compareAndSet(Optional.empty(), model);
    String before = answers.get().orElseThrow();
    if (!ModelNames.isSame(before, named)) {
      throw new Hopeless(
          Hopeless.Reason.MODEL_CHANGED,
          messages.message(
              "its replies were from the model "
                  + ModelNames.shown(before)
                  + ", and one is from "
                  + ModelNames.shown(named)
                  + ", and vectors of different models cannot be compared; check why the server"
                  + " changes models, or set "
                  + Parameter.ALLOW_MODEL
                  + " if both names are of one model"));
    }
  }

  /** Whether a name is one of those that are set beside the model's own. */
  private boolean isAllowed(String named) {
    return expectations.otherNames().stream().anyMatch(name -> ModelNames.isSame(name, named));
  }

  /** The tokens that a reply counts, if the number is possible. */
  OptionalLong counted(OptionalLong said, int bytesOfRequest) {
    return said.isPresent() && said.getAsLong() <= TOKENS_A_BYTE * bytesOfRequest
        ? said
        : OptionalLong.empty();
  }

  /** Warns if a reply counts characters instead of tokens, which affects limits and prices. */
  void checkUnit(OptionalLong counted, List<String> texts, long estimated) {
    if (counted.isPresent()
        && counted.getAsLong() > TOKENS_THAT_ARE_CHARACTERS * estimated
        && isOfCharacters(counted.getAsLong(), texts)
        && unitReported.compareAndSet(false, true)) {
      listener.warned(
          messages.message(
              "it seems to count characters as tokens ("
                  + counted.getAsLong()
                  + " for texts of about "
                  + estimated
                  + "); limits and costs use its count"));
    }
  }

  private static boolean isOfCharacters(long counted, List<String> texts) {
    long characters = 0;
    for (String text : texts) {
      characters += text.codePointCount(0, text.length());
    }
    return characters >= CHARACTERS_THAT_TELL
        && counted >= characters
        && counted <= characters + 2L * texts.size();
  }

  /** The reason why vectors in base64 cannot be float32 values of the model, if any. */
  Optional<String> faultOfBase64(List<Vector> vectors) {
    int first = vectors.getFirst().dimensions();
    if (spec.dimensions().isEmpty() // a server may ignore requested dimensions
        && dimensions.isPresent()
        && isOfOtherBytes(first, dimensions.getAsInt())
        && vectors.stream().allMatch(vector -> vector.dimensions() == first)) {
      return Optional.of(first + " values instead of " + dimensions.getAsInt());
    }
    for (Vector vector : vectors) {
      Vector.Measure measure = vector.measure();
      Optional<String> defect = VectorDefect.of(vector, measure);
      if (defect.isPresent()) {
        return defect;
      }
      if (measure.length() < SHORTEST) {
        return Optional.of(String.format(Locale.ROOT, "a vector of length %.2g", measure.length()));
      }
      if (2 * measure.zeros() >= vector.dimensions()) {
        return Optional.of("half of the values are zero");
      }
    }
    return Optional.empty();
  }

  /** Whether the number of values fits values of 8, 2 or 1 bytes that were read as 4 bytes. */
  private static boolean isOfOtherBytes(int found, int right) {
    return found == 2L * right || 2L * found == right || 4L * found == right;
  }

  /** Records that the indexes of a reply are wrong. */
  void misnumbered() {
    numbering.compareAndSet(Numbering.UNKNOWN, Numbering.WRONG);
  }

  /**
   * Accepts the order of the texts if a reply has no distinct indexes.
   *
   * @throws UnfitIndexes if earlier replies had distinct indexes that were wrong: this reply may
   *     just have too few vectors to show it
   */
  void checkOrder(Reply reply) throws UnfitIndexes {
    if (reply.order() == Reply.Order.ASSUMED) {
      numbering.compareAndSet(Numbering.UNKNOWN, Numbering.NONE);
      if (numbering.get() == Numbering.WRONG) {
        throw UnfitIndexes.withoutDifference(reply.vectors().size());
      }
    }
  }

  /** The properties that a reply does not prove. */
  Set<Doubt> doubts(Reply reply, boolean base64Requested) {
    Set<Doubt> doubts = EnumSet.noneOf(Doubt.class);
    if (reply.order() == Reply.Order.ASSUMED) {
      doubts.add(Doubt.ORDER);
    }
    if (base64Requested && reply.form() == Reply.Form.BASE64 && dimensions.isEmpty()) {
      doubts.add(Doubt.ENCODING);
    }
    return doubts;
  }

  /** Warns if vectors should have the length 1 but do not. */
  void checkLength(List<Vector> vectors) {
    if (lengthReported.get()) {
      return;
    }
    double shortest = Double.MAX_VALUE;
    double longest = 0;
    for (Vector vector : vectors) {
      double length = vector.measure().length();
      shortest = Math.min(shortest, length);
      longest = Math.max(longest, length);
    }
    if (shortest < SHORTEST) {
      return; // the reply will be rejected
    }
    boolean tooShort = shortest < 1 - NEARLY_ONE;
    boolean tooLong = longest > 1 + NEARLY_ONE;
    // Vectors that were cut from vectors of length 1 are shorter, never longer.
    boolean cut = spec.dimensions().isPresent() && tooShort && !tooLong;
    boolean off = expectations.unitLength() && (tooShort || tooLong);
    if ((cut || off) && lengthReported.compareAndSet(false, true)) {
      listener.warned(
          messages.message(
              String.format(
                  Locale.ROOT,
                  "its vectors do not have the model's length of 1 (from %.4g to %.4g): compare"
                      + " them by cosine, or set "
                      + Parameter.NORMALIZE,
                  shortest,
                  longest)));
    }
  }
}
