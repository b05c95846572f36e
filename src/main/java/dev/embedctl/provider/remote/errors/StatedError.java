package dev.embedctl.provider.remote.errors;

import java.util.List;
import java.util.regex.Pattern;

/** Finds the status for an error in the body of a reply with status 200. */
final class StatedError {
  private static final int OK = 200;

  /** Words of a code, a type or a message; the first match decides. */
  private static final List<Words> KNOWN =
      List.of(
          new Words(
              404,
              "(?:unexpected|unknown|no such) (?:endpoint|route)|(?:endpoint|route|path) not found|invalid url|cannot post"),
          new Words(
              402,
              "insufficient.?(?:quota|balance|credit|fund)|(?:quota|credit)s?\\b.{0,30}(?:exhausted|used up|depleted)|arrear|payment required"),
          new Words(
              429,
              "rate.?limit|too many requests|throttl|(?:requests|tokens) per (?:minute|second)|\\b429\\d{2}\\b"),
          new Words(
              401,
              "(?:invalid|incorrect|wrong|missing|unknown|expired|bad|no)\\b.{0,30}(?:api.?key|\\btoken\\b|credential|authori[sz]ation)"
                  + "|(?:api.?key|\\btoken\\b|credentials?)\\b.{0,40}(?:invalid|incorrect|expired|wrong|missing|required|not valid)"
                  + "|unauthori[sz]ed|unauthenticated|authentication|access denied|permission denied|login fail|\\b4000[123]\\b"),
          new Words(
              404,
              "model.{0,80}(?:not (?:found|exist|available|loaded)|does ?n.t exist|does not exist)|(?:unknown|no such|invalid|nonexistent).?model|model.?not.?found|\\b40301\\b"),
          new Words(
              503,
              "overload|unavailable|tim(?:ed|e).?out|temporar|try again|\\bbusy\\b|internal.?(?:server.?)?error|\\bloading\\b"));

  private StatedError() {}

  private record Words(int status, Pattern pattern) {
    Words(int status, String pattern) {
      this(status, Pattern.compile(pattern, Pattern.CASE_INSENSITIVE));
    }
  }

  /** The status in the body or for its words; 200 if they are unknown. */
  static int status(ErrorBody body) {
    String words = body.code() + " " + body.type() + " " + body.message();
    return body.statedStatus()
        .orElseGet(
            () ->
                KNOWN.stream()
                    .filter(known -> known.pattern().matcher(words).find())
                    .mapToInt(Words::status)
                    .findFirst()
                    .orElse(OK));
  }
}
