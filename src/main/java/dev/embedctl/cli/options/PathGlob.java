package dev.embedctl.cli.options;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A glob over paths as {@code .gitignore} files have it: {@code *} and {@code ?} stay within a
 * name, {@code **} alone between slashes is any number of folders. A match takes time proportional
 * to the product of both lengths, whatever the glob, since these files come with foreign folders.
 */
final class PathGlob {
  private static final String FOLDERS = "**";

  private final List<Segment> segments;

  private PathGlob(List<Segment> segments) {
    this.segments = List.copyOf(segments);
  }

  /** A part of the glob between two slashes. */
  private sealed interface Segment {
    /** Any number of folders; at the end of a glob, all below a folder. */
    record Folders() implements Segment {}

    /** One name. */
    record Name(List<Piece> pieces) implements Segment {}
  }

  /** A part of a name. */
  private sealed interface Piece {
    /** Any number of characters. */
    record Run() implements Piece {}

    /** One character of some ranges. */
    record OneOf(List<Range> ranges) implements Piece {}

    /** One character of no range. */
    record NoneOf(List<Range> ranges) implements Piece {}
  }

  private record Range(char first, char last) {
    static boolean anyHas(List<Range> ranges, char c) {
      return ranges.stream().anyMatch(range -> range.first() <= c && c <= range.last());
    }
  }

  /** Reads a glob; empty if a bracket of it has no end, which matches nothing. */
  static Optional<PathGlob> of(String glob) {
    List<Segment> segments = new ArrayList<>();
    for (String segment : glob.split("/", -1)) {
      if (segment.equals(FOLDERS)) {
        segments.add(new Segment.Folders());
        continue;
      }
      Optional<List<Piece>> pieces = new NameReader(segment).read();
      if (pieces.isEmpty()) {
        return Optional.empty();
      }
      segments.add(new Segment.Name(pieces.get()));
    }
    return Optional.of(new PathGlob(segments));
  }

  /** Whether this matches the whole of a path whose names are separated by slashes. */
  boolean matches(String path) {
    List<String> names = Arrays.asList(path.split("/", -1));
    int at = 0;
    int name = 0;
    int retry = -1; // the last segment of any folders, and the name after those it took
    int retryName = 0;
    while (name < names.size()) {
      if (at < segments.size() && segments.get(at) instanceof Segment.Folders) {
        retry = at++;
        retryName = name;
        if (at == segments.size()) {
          return true;
        }
      } else if (at < segments.size()
          && segments.get(at) instanceof Segment.Name(List<Piece> pieces)
          && matches(pieces, names.get(name))) {
        at++;
        name++;
      } else if (retry >= 0) {
        at = retry + 1;
        name = ++retryName;
      } else {
        return false;
      }
    }
    return at == segments.size();
  }

  private static boolean matches(List<Piece> pieces, String name) {
    int at = 0;
    int i = 0;
    int retry = -1; // the last run, and the character after those it took
    int retryAt = 0;
    while (i < name.length()) {
      if (at < pieces.size() && pieces.get(at) instanceof Piece.Run) {
        retry = at++;
        retryAt = i;
      } else if (at < pieces.size() && matches(pieces.get(at), name.charAt(i))) {
        at++;
        i++;
      } else if (retry >= 0) {
        at = retry + 1;
        i = ++retryAt;
      } else {
        return false;
      }
    }
    while (at < pieces.size() && pieces.get(at) instanceof Piece.Run) {
      at++;
    }
    return at == pieces.size();
  }

  private static boolean matches(Piece piece, char c) {
    return switch (piece) {
      case Piece.Run run -> true;
      case Piece.OneOf(List<Range> ranges) -> Range.anyHas(ranges, c);
      case Piece.NoneOf(List<Range> ranges) -> !Range.anyHas(ranges, c);
    };
  }

  /** Reads the glob of one name. */
  private static final class NameReader {
    private static final Piece ANY = new Piece.NoneOf(List.of());

    private final String glob;
    private int at;

    NameReader(String glob) {
      this.glob = glob;
    }

    Optional<List<Piece>> read() {
      List<Piece> pieces = new ArrayList<>();
      while (at < glob.length()) {
        char c = glob.charAt(at++);
        switch (c) {
          case '*' -> pieces.add(new Piece.Run());
          case '?' -> pieces.add(ANY);
          case '[' -> {
            Optional<Piece> set = set();
            if (set.isEmpty()) {
              return Optional.empty();
            }
            pieces.add(set.get());
          }
          default -> {
            char literal = c == '\\' && at < glob.length() ? glob.charAt(at++) : c;
            pieces.add(new Piece.OneOf(List.of(new Range(literal, literal))));
          }
        }
      }
      return Optional.of(pieces);
    }

    private Optional<Piece> set() {
      boolean negated = at < glob.length() && (glob.charAt(at) == '!' || glob.charAt(at) == '^');
      at += negated ? 1 : 0;
      List<Range> ranges = new ArrayList<>();
      while (at < glob.length() && (ranges.isEmpty() || glob.charAt(at) != ']')) {
        char first = character();
        boolean isRange =
            at + 1 < glob.length() && glob.charAt(at) == '-' && glob.charAt(at + 1) != ']';
        at += isRange ? 1 : 0;
        ranges.add(new Range(first, isRange ? character() : first));
      }
      if (at >= glob.length()) {
        return Optional.empty();
      }
      at++;
      return Optional.of(negated ? new Piece.NoneOf(ranges) : new Piece.OneOf(ranges));
    }

    private char character() {
      char c = glob.charAt(at++);
      return c == '\\' && at < glob.length() ? glob.charAt(at++) : c;
    }
  }
}
