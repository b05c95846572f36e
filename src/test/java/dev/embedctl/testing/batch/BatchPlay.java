package dev.embedctl.testing.batch;

import com.fasterxml.jackson.databind.JsonNode;
import dev.embedctl.testing.batch.Job.Fate;
import dev.embedctl.testing.batch.Job.Line;
import java.util.Optional;

/** The paths, requests and replies of one API. */
public interface BatchPlay {
  /** The name of its provider. */
  String provider();

  /** What a base URL has behind the host. */
  String basePath();

  /** The header with the key, and what stands before the key. */
  String keyHeader();

  String keyPrefix();

  /** The kind of a call; empty if the API has no such path. */
  Optional<Step> step(String method, String path);

  /** Carries out a call. */
  Reply answer(Step step, Call call, BatchStore store);

  /** A line of the results, or of the errors. */
  String result(Line line, Fate fate, JsonNode jobRequest, int dimensions);

  /** Whether lines with errors are in a file of their own. */
  boolean hasErrorsFile();
}
