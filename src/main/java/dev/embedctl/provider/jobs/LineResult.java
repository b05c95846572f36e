package dev.embedctl.provider.jobs;

import dev.embedctl.provider.Embeddings;
import dev.embedctl.provider.ProviderException;
import java.util.Objects;

/** The result of one line of a job. */
public sealed interface LineResult {

  /**
   * The line's texts were embedded.
   *
   * @param embeddings read, scaled and compared with the spec's model as the reply of a call is
   */
  record Embedded(String line, Embeddings embeddings) implements LineResult {
    public Embedded {
      Objects.requireNonNull(line);
      Objects.requireNonNull(embeddings);
    }
  }

  /** The line has no vectors; the cause is of the same kind as that of a call. */
  record Failed(String line, ProviderException cause) implements LineResult {
    public Failed {
      Objects.requireNonNull(line);
      Objects.requireNonNull(cause);
    }
  }

  /** A part of the file that names no line, since it is cut or damaged. */
  record Damaged(String message) implements LineResult {
    public Damaged {
      Objects.requireNonNull(message);
    }
  }
}
