package dev.embedctl.provider.remote.errors;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The text of an HTML or XML reply where JSON was expected. */
final class Page {
  /** Elements that contain its summary, the best first; those of XML errors are last. */
  private static final List<String> SUMMARIES =
      List.of("title", "h1", "message", "faultstring", "code");

  private Page() {}

  /** Its title, or the next best element, or else all of its text. */
  static String words(String document) {
    return SUMMARIES.stream()
        .flatMap(name -> element(document, name).stream())
        .map(Page::withoutTags)
        .filter(words -> !words.isBlank())
        .findFirst()
        .orElseGet(() -> withoutTags(document));
  }

  private static Optional<String> element(String document, String name) {
    String lower = document.toLowerCase(Locale.ROOT);
    int tag = lower.indexOf("<" + name);
    int begin = tag < 0 ? -1 : document.indexOf('>', tag);
    int end = begin < 0 ? -1 : lower.indexOf("</" + name, begin);
    return end < 0 ? Optional.empty() : Optional.of(document.substring(begin + 1, end));
  }

  private static String withoutTags(String document) {
    StringBuilder words = new StringBuilder();
    boolean inTag = false;
    for (int i = 0; i < document.length(); i++) {
      char c = document.charAt(i);
      if (c == '<') {
        inTag = true;
        words.append(' ');
      } else if (c == '>') {
        inTag = false;
      } else if (!inTag) {
        words.append(c);
      }
    }
    return words
        .toString()
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&nbsp;", " ")
        .replace("&amp;", "&")
        .strip();
  }
}
