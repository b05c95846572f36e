package dev.embedctl.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.embedctl.jobs.KnownJob;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Jobs as lines for people and as JSON. */
final class JobsText {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ROW = "%-32s  %-12s  %10s  %10s  %8s  %s";

  private JobsText() {}

  /** A line for each job, below a heading. */
  static List<String> table(List<KnownJob> jobs, Instant now) {
    if (jobs.isEmpty()) {
      return List.of("no jobs");
    }
    List<String> lines = new ArrayList<>();
    lines.add(String.format(Locale.ROOT, ROW, "JOB", "STATE", "TEXTS", "EMBEDDED", "AGE", "INPUT"));
    for (KnownJob job : jobs) {
      lines.add(
          String.format(
              Locale.ROOT,
              ROW,
              job.id().orElse("-"),
              job.state(),
              String.format(Locale.ROOT, "%,d", job.texts()),
              String.format(Locale.ROOT, "%,d", job.embedded()),
              job.submitted().map(since -> age(Duration.between(since, now))).orElse("-"),
              String.join(", ", job.inputs())));
    }
    return lines;
  }

  private static String age(Duration age) {
    return age.toMinutes() < 60
        ? age.toMinutes() + " min"
        : age.toHours() + " h " + age.toMinutesPart() + " min";
  }

  /** What is known about a job, one fact a line. */
  static List<String> details(KnownJob job) {
    List<String> lines = new ArrayList<>();
    object(job)
        .properties()
        .forEach(
            field -> {
              if (!field.getValue().isNull()) {
                String value =
                    field.getValue().isArray()
                        ? String.join(", ", job.inputs())
                        : field.getValue().asText();
                lines.add(field.getKey() + ": " + value);
              }
            });
    return lines;
  }

  static String json(List<KnownJob> jobs) {
    ArrayNode array = JSON.createArrayNode();
    jobs.forEach(job -> array.add(object(job)));
    return array + "\n";
  }

  static String json(KnownJob job) {
    return object(job) + "\n";
  }

  private static ObjectNode object(KnownJob job) {
    ObjectNode object = JSON.createObjectNode();
    object.put("job", job.id().orElse(null));
    object.put("state", job.state());
    object.put("provider", job.provider());
    object.put("endpoint", job.endpoint().isEmpty() ? null : job.endpoint());
    object.put("model", job.model());
    object.put("texts", job.texts());
    object.put("texts_embedded", job.embedded());
    object.put("tokens", job.tokens());
    object.put("submitted_at", job.submitted().map(Instant::toString).orElse(null));
    object.put("ended_at", job.ended().map(Instant::toString).orElse(null));
    object.put("journal", job.lane());
    object.put("number", job.number());
    ArrayNode inputs = object.putArray("inputs");
    job.inputs().forEach(inputs::add);
    return object;
  }
}
