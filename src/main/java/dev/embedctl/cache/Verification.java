package dev.embedctl.cache;

import dev.embedctl.cache.files.CacheFiles;
import dev.embedctl.model.EmbedctlException.RunFailed;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Checks a namespace for damage: the checksum of each row and each entry of the index. */
final class Verification {
  private static final int EXAMPLES = 100;

  private final Namespace namespace;
  private final CacheFiles.Opener opener;
  private final List<String> problems = new ArrayList<>();

  Verification(Namespace namespace, CacheFiles.Opener opener) {
    this.namespace = namespace;
    this.opener = opener;
  }

  VerifyReport.Part run() throws IOException {
    NamespaceMeta meta;
    try {
      meta = namespace.meta();
    } catch (RunFailed e) {
      problems.add(e.getMessage());
      return new VerifyReport.Part(namespace.name(), 0, 0, List.of(), problems, List.of());
    }
    List<Path> aside = namespace.setAside(meta);
    if (meta.layout().isEmpty()) {
      return new VerifyReport.Part(namespace.name(), 0, 0, List.of(), problems, aside);
    }
    LogFiles files = namespace.log(meta);
    RowLayout layout = meta.layout().get();
    try (Survey survey = Survey.of(files, layout, opener)) {
      checkIndex(files, layout, meta.name(), survey);
      return report(files, layout, survey, aside);
    }
  }

  private VerifyReport.Part report(
      LogFiles files, RowLayout layout, Survey survey, List<Path> aside) {
    List<VerifyReport.DamagedRow> examples =
        survey.damaged().stream()
            .limit(EXAMPLES)
            .mapToObj(
                slot ->
                    new VerifyReport.DamagedRow(
                        files.segment(layout.segmentOf(slot)), layout.rowOf(slot)))
            .toList();
    return new VerifyReport.Part(
        namespace.name(), survey.rows(), survey.damaged().cardinality(), examples, problems, aside);
  }

  /** Checks the newest index, which a run would use; older ones will be removed. */
  private void checkIndex(LogFiles files, RowLayout layout, CacheKey name, Survey all)
      throws IOException {
    var newest = files.indexes().lastEntry();
    if (newest == null) {
      return;
    }
    Path file = newest.getValue();
    if (newest.getKey() > all.end()) {
      problems.add(file + " contains more rows than the log: rows were lost at its end");
      return;
    }
    try (SealedIndex index = SealedIndex.open(file, name)) {
      Survey covered =
          index.covered() == all.end() ? all : Survey.of(files, layout, opener, index.covered());
      try {
        compare(file, index, covered);
      } finally {
        if (covered != all) {
          covered.close();
        }
      }
    } catch (IOException e) {
      problems.add(CacheFiles.reason(e));
    }
  }

  private void compare(Path file, SealedIndex index, Survey covered) throws IOException {
    int[] agreeing = {0};
    int[] wrong = {0};
    index.forEach(
        (key, slot) -> {
          // The right entry for a damaged row is unknown.
          if (covered.find(key) == slot) {
            agreeing[0]++;
          } else if (!covered.isLost(slot)) {
            wrong[0]++;
          }
        });
    int missing = covered.live().cardinality() - agreeing[0];
    if (wrong[0] > 0) {
      problems.add(file + " has " + wrong[0] + " entries that point to the wrong row");
    }
    if (missing > 0 && covered.isComplete()) {
      problems.add(file + " lacks " + missing + " keys");
    }
  }
}
