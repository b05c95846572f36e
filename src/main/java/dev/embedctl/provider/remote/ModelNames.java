package dev.embedctl.provider.remote;

import java.util.List;
import java.util.Locale;

/** Compares names of models: servers add owners, folders, dates and tags to them. */
final class ModelNames {
  private static final int LONGEST_SHOWN = 80;

  /** Fewer additional digits make another model: voyage-3.5 is not voyage-3. */
  private static final int DIGITS_OF_A_VERSION = 3;

  private static final List<String> FILES = List.of(".gguf", ".bin", ".onnx", ".safetensors");

  private ModelNames() {}

  /** Whether both are names of the same model, apart from owner, folder, date and tag. */
  static boolean isSame(String one, String other) {
    String a = plain(one);
    String b = plain(other);
    return a.equals(b) || isVersionOf(a, b) || isVersionOf(b, a);
  }

  /** Whether the name in a reply may be that of the requested model. */
  static boolean mayBe(String named, String requested) {
    String a = parts(named);
    String b = parts(requested);
    return a.contains(b) || b.contains(a);
  }

  /** The parts of a name, with hyphens around each. */
  private static String parts(String name) {
    StringBuilder parts = new StringBuilder("-");
    for (char c : plain(name).toCharArray()) {
      boolean within = Character.isLetterOrDigit(c);
      if (within || parts.charAt(parts.length() - 1) != '-') {
        parts.append(within ? c : '-');
      }
    }
    return parts.charAt(parts.length() - 1) == '-' ? parts.toString() : parts + "-";
  }

  /** A name, shortened if it is long. */
  static String shown(String name) {
    return name.length() > LONGEST_SHOWN ? name.substring(0, LONGEST_SHOWN) + "…" : name;
  }

  /** The name without owner, folder, file extension and the tag "latest". */
  private static String plain(String name) {
    String lower = name.strip().toLowerCase(Locale.ROOT).replace('\\', '/');
    String last = lower.substring(lower.lastIndexOf('/') + 1);
    for (String ending : FILES) {
      last = last.endsWith(ending) ? last.substring(0, last.length() - ending.length()) : last;
    }
    return last.endsWith(":latest") ? last.substring(0, last.length() - ":latest".length()) : last;
  }

  /** Whether a name is another one followed by a date or a number of three digits. */
  private static boolean isVersionOf(String longer, String shorter) {
    if (shorter.isEmpty() || !longer.startsWith(shorter)) {
      return false;
    }
    String rest = longer.substring(shorter.length());
    return rest.chars().allMatch(c -> isDigit(c) || "-_:@.".indexOf(c) >= 0)
        && !rest.isEmpty()
        && !isDigit(rest.charAt(0))
        && rest.chars().filter(ModelNames::isDigit).count() >= DIGITS_OF_A_VERSION;
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }
}
