package dev.embedctl.cli;

import dev.embedctl.cache.CacheMaintenance.NamespaceSize;
import dev.embedctl.cache.CacheStats;
import dev.embedctl.cli.console.ByteSize;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.Oversize;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The statistics of the cache as lines for people. */
final class CacheText {
  private CacheText() {}

  /** A line for each provider and model, one for each file set aside, and a total. */
  static List<String> of(CacheStats stats, Path folder) {
    List<String> lines = new ArrayList<>();
    List<EmbeddingSpec> specs = stats.parts().stream().map(CacheStats.Part::spec).toList();
    for (CacheStats.Part part : stats.parts()) {
      lines.add(name(part.spec(), specs) + ": " + String.join(", ", figures(part)));
      part.setAside().forEach(file -> lines.add(setAside(file)));
    }
    lines.add(
        "total: "
            + count(stats.live(), "vector")
            + ", "
            + ByteSize.text(stats.bytes())
            + " in "
            + folder);
    return lines;
  }

  private static List<String> figures(CacheStats.Part part) {
    List<String> figures = new ArrayList<>();
    figures.add(
        count(part.live(), "vector")
            + (part.dimensions().isPresent()
                ? " of " + part.dimensions().getAsInt() + " dimensions"
                : ""));
    figures.add(ByteSize.text(part.bytes()));
    String days =
        Stream.of(part.oldest(), part.newest())
            .flatMap(Optional::stream)
            .map(CacheText::day)
            .map(LocalDate::toString)
            .distinct()
            .reduce((first, last) -> first + " to " + last)
            .orElse("");
    if (!days.isEmpty()) {
      figures.add("stored " + days);
    }
    if (part.superseded() > 0) {
      figures.add(String.format(Locale.ROOT, "%,d superseded", part.superseded()));
    }
    if (part.damaged() > 0) {
      figures.add(String.format(Locale.ROOT, "%,d damaged", part.damaged()));
    }
    return figures;
  }

  private static LocalDate day(Instant moment) {
    return LocalDate.ofInstant(moment, ZoneOffset.UTC);
  }

  /** A file that was set aside, with the commands that remove it. */
  static String setAside(Path file) {
    return file + " was damaged and set aside: cache compact, prune and clear remove it";
  }

  /** The vectors to delete: a line for each provider and model, and a total. */
  static List<String> deleted(List<NamespaceSize> sizes, Path folder) {
    List<String> lines = new ArrayList<>();
    List<EmbeddingSpec> specs =
        sizes.stream().map(NamespaceSize::spec).flatMap(Optional::stream).toList();
    for (NamespaceSize size : sizes) {
      lines.add(
          size.spec().map(spec -> name(spec, specs)).orElse(size.name() + " (not readable)")
              + ": "
              + amount(size.rows(), size.bytes()));
    }
    long rows = sizes.stream().mapToLong(NamespaceSize::rows).sum();
    long bytes = sizes.stream().mapToLong(NamespaceSize::bytes).sum();
    lines.add("to be deleted: " + amount(rows, bytes) + " in " + folder);
    return lines;
  }

  private static String amount(long rows, long bytes) {
    return count(rows, "vector") + ", " + ByteSize.text(bytes);
  }

  private static String count(long number, String word) {
    return String.format(Locale.ROOT, "%,d %s%s", number, word, number == 1 ? "" : "s");
  }

  /** A spec's name, with its revision only if another one has the same name otherwise. */
  private static String name(EmbeddingSpec spec, List<EmbeddingSpec> all) {
    String name = name(spec);
    boolean alone = all.stream().filter(other -> name(other).equals(name)).count() == 1;
    return alone || spec.revision().isBlank()
        ? name
        : name + ", revision " + spec.revision().strip();
  }

  private static String name(EmbeddingSpec spec) {
    StringBuilder words = new StringBuilder(spec.provider() + " " + spec.model());
    if (!spec.endpoint().isEmpty()) {
      words.append(" at ").append(spec.endpoint());
    }
    spec.dimensions().ifPresent(count -> words.append(", --dimensions ").append(count));
    spec.inputType().ifPresent(type -> words.append(", --input-type ").append(word(type)));
    if (spec.oversize() != Oversize.ERROR) {
      words.append(", --oversize ").append(word(spec.oversize()));
    }
    return words.toString();
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
