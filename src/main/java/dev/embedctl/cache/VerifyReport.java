package dev.embedctl.cache;

import java.nio.file.Path;
import java.util.List;

/** Whether a cache is what was written. */
public record VerifyReport(List<Part> parts) {

  /** A row that is not what was written: its file, and its number within the file from 0. */
  public record DamagedRow(Path file, int row) {}

  /**
   * The vectors of one spec.
   *
   * @param name its folder's name
   * @param rows rows looked at, all of them
   * @param damagedRows how many of them are damaged; each is a miss until it is paid for again
   * @param examples the first of those
   * @param problems what else is wrong, a sentence each
   * @param setAside files and folders that hold what was found to be damaged; what is left is sound
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
