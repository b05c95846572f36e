package dev.embedctl.cache;

import java.nio.file.Path;
import java.util.List;

/** The result of checking a cache for damage. */
public record VerifyReport(List<Part> parts) {

  /** A damaged row: its file and its number within the file, from 0. */
  public record DamagedRow(Path file, int row) {}

  /**
   * The vectors of one spec.
   *
   * @param name its folder's name
   * @param rows the number of all rows
   * @param damagedRows the number of damaged rows; each is a miss until it is paid for again
   * @param examples the first damaged rows
   * @param problems other problems, one sentence for each
   * @param setAside files and folders with damaged data; the rest of the cache is intact
   */
  public record Part(
      String name,
      long rows,
      long damagedRows,
      List<DamagedRow> examples,
      List<String> problems,
      List<Path> setAside) {
    public Part {
      setAside = List.copyOf(setAside);
      examples = List.copyOf(examples);
      problems = List.copyOf(problems);
    }

    public boolean sound() {
      return damagedRows == 0 && problems.isEmpty();
    }
  }

  public VerifyReport {
    parts = List.copyOf(parts);
  }

  public boolean sound() {
    return parts.stream().allMatch(Part::sound);
  }

  public long rows() {
    return parts.stream().mapToLong(Part::rows).sum();
  }

  public long damagedRows() {
    return parts.stream().mapToLong(Part::damagedRows).sum();
  }
}
