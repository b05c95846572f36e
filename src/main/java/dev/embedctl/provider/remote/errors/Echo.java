package dev.embedctl.provider.remote.errors;

import java.util.List;

/** Removes texts of a request from a server's message, since they may be confidential. */
final class Echo {
  private static final String LEFT_OUT = "…";

  /** A shorter text may also be an ordinary word of the message. */
  private static final int SHORTEST = 12;

  /** This many characters of a text prove that the message repeats it. */
  private static final int BEGINNING = 24;

  private Echo() {}

  /** The message without the texts and without their beginnings. */
  static String removed(String message, List<String> texts) {
    String removed = message;
    for (String text : texts) {
      // A message is on one line.
      String line = text.replaceAll("[\\s\\p{Cntrl}]++", " ").strip();
      if (line.isEmpty()) {
        continue;
      }
      removed = removed.replace("'" + line + "'", LEFT_OUT).replace("\"" + line + "\"", LEFT_OUT);
      if (line.length() >= SHORTEST) {
        removed = removed.replace(line, LEFT_OUT);
      }
      if (line.length() > BEGINNING) {
        removed = withoutBeginnings(removed, line);
      }
    }
    return removed;
  }

  private static String withoutBeginnings(String message, String text) {
    StringBuilder kept = new StringBuilder();
    int from = 0;
    String beginning = text.substring(0, BEGINNING);
    for (int at = message.indexOf(beginning); at >= 0; at = message.indexOf(beginning, from)) {
      int length = BEGINNING;
      while (length < text.length()
          && at + length < message.length()
          && text.charAt(length) == message.charAt(at + length)) {
        length++;
      }
      kept.append(message, from, at).append(LEFT_OUT);
      from = at + length;
    }
    return kept.append(message, from, message.length()).toString();
  }
}
