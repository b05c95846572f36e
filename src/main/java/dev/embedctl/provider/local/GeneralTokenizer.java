package dev.embedctl.provider.local;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.embedctl.model.EmbedctlException.Usage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/** Any tokenizer that a {@code tokenizer.json} can describe, by Hugging Face's own library. */
final class GeneralTokenizer implements Tokenizer {
  private final Path file;
  private final HuggingFaceTokenizer whole;
  private final ReentrantLock lock = new ReentrantLock();
  private HuggingFaceTokenizer cutting;

  GeneralTokenizer(Path file) {
    this.file = file;
    checkThatNothingIsReported();
    this.whole = open(builder().optTruncation(false));
  }

  /**
   * The library would otherwise ask its makers' cloud whether it runs there, and report its use.
   */
  private static void checkThatNothingIsReported() {
    for (String property : List.of("OPT_OUT_TRACKING", "ai.djl.offline")) {
      if (!Boolean.getBoolean(property)) {
        throw new Usage(
            "the system property "
                + property
                + " must be true before a tokenizer is opened: the tokenizers' library reports its"
                + " use otherwise; JvmProperties lists the properties to set");
      }
    }
  }

  private static HuggingFaceTokenizer.Builder builder() {
    return HuggingFaceTokenizer.builder().optPadding(false).optAddSpecialTokens(true);
  }

  private HuggingFaceTokenizer open(HuggingFaceTokenizer.Builder builder) {
    try {
      return builder.optTokenizerPath(file).build();
    } catch (IOException | RuntimeException e) {
      throw new Usage("the model's " + file + " cannot be read: " + e.getMessage());
    }
  }

  @Override
  public int[] encode(String text) {
    return ids(whole, text);
  }

  @Override
  public int[] encode(String text, int most) {
    int[] ids = encode(text);
    if (ids.length <= most) {
      return ids;
    }
    lock.lock();
    try {
      if (cutting == null) {
        cutting = open(builder().optTruncation(true).optMaxLength(most));
      }
      return ids(cutting, text);
    } finally {
      lock.unlock();
    }
  }

  private static int[] ids(HuggingFaceTokenizer tokenizer, String text) {
    return Arrays.stream(tokenizer.encode(text).getIds()).mapToInt(Math::toIntExact).toArray();
  }

  @Override
  public void close() {
    whole.close();
    if (cutting != null) {
      cutting.close();
    }
  }
}
