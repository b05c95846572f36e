package dev.embedctl.provider.local;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.embedctl.model.EmbedctlException.Usage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** Runs any tokenizer that a {@code tokenizer.json} describes, with Hugging Face's library. */
final class GeneralTokenizer implements Tokenizer {
  private final Path file;
  private final HuggingFaceTokenizer untruncated;
  private final ReentrantLock lock = new ReentrantLock();
  private HuggingFaceTokenizer truncating;

  /** A run that failed closes its model while its reader may still count tokens in native code. */
  private final ReadWriteLock use = new ReentrantReadWriteLock();

  private boolean closed;

  GeneralTokenizer(Path file) {
    this.file = file;
    requireNoUsageReports();
    this.untruncated = open(builder().optTruncation(false));
  }

  /**
   * Without these properties, the library would check for its vendor's cloud and report its use.
   */
  private static void requireNoUsageReports() {
    for (String property : List.of("OPT_OUT_TRACKING", "ai.djl.offline")) {
      if (!Boolean.getBoolean(property)) {
        throw new Usage(
            "the system property "
                + property
                + " must be true before a tokenizer is opened, since the tokenizers' library would"
                + " report its use; JvmProperties lists the properties to set");
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
    return ids(untruncated, text);
  }

  @Override
  public int[] encode(String text, int most) {
    lock.lock();
    try {
      if (truncating == null) {
        truncating = open(builder().optTruncation(true).optMaxLength(most));
      }
      return ids(truncating, text);
    } finally {
      lock.unlock();
    }
  }

  private int[] ids(HuggingFaceTokenizer tokenizer, String text) {
    use.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("the tokenizer " + file + " is closed");
      }
      return Arrays.stream(tokenizer.encode(text).getIds()).mapToInt(Math::toIntExact).toArray();
    } finally {
      use.readLock().unlock();
    }
  }

  /** Waits for the current texts, then frees the tokenizers. */
  @Override
  public void close() {
    use.writeLock().lock();
    try {
      closed = true;
      untruncated.close();
      if (truncating != null) {
        truncating.close();
      }
    } finally {
      use.writeLock().unlock();
    }
  }
}
