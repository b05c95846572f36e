package dev.embedctl.provider.remote;

import java.util.List;
import java.util.Locale;

/** Tells whether two names are of one model: servers add owners, folders, dates and tags. */
final class ModelNames {
  private static final int LONGEST_SHOWN = 80;

  /** A model with one or two more digits is another one: voyage-3.5 is not voyage-3. */
  private static final int DIGITS_OF_A_VERSION = 3;

  private static final List<String> FILES = List.of(".gguf", ".bin", ".onnx", ".safetensors");

  private ModelNames() {}

  /** Whether both name one model, the one with an owner, a folder, a date or a tag perhaps. */
  static boolean isSame(String one, String other) {
    String a = plain(one);
    String b = plain(other);
    return a.equals(b) || isVersionOf(a, b) || isVersionOf(b, a);
  }

  /** Whether a name that a server gives may be that of the model that was asked for. */
  static boolean mayBe(String named, String asked) {
    String a = parts(named);
    String b = parts(asked);
    return a.contains(b) || b.contains(a);
  }

  /** The parts of a name, each between two lines. */
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

  /** A name, cut where it is long. */
  static String shown(String name) {
    return name.length() > LONGEST_SHOWN ? name.substring(0, LONGEST_SHOWN) + "…" : name;
  }

  /** Without owner and folder, file ending and the tag that says nothing. */
  private static String plain(String name) {
    String lower = name.strip().toLowerCase(Locale.ROOT).replace('\\', '/');
    String last = lower.substring(lower.lastIndexOf('/') + 1);
    for (String ending : FILES) {
      last = last.endsWith(ending) ? last.substring(0, last.length() - ending.length()) : last;
    }
    return last.endsWith(":latest") ? last.substring(0, last.length() - ":latest".length()) : last;
  }

  /** Whether a name is another one with a date or a number of three digits behind it. */
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
