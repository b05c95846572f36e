package dev.embedctl.provider.tls;

import java.security.Principal;
import java.time.ZoneOffset;
import java.util.Date;

/** Names and dates in certificates, short enough for a message. */
final class Names {
  private static final int LONGEST = 100;

  private Names() {}

  /** The name of a subject or issuer. */
  static String shortName(Principal principal) {
    String name = principal.getName().replaceAll("\\p{Cntrl}", " ");
    return name.length() > LONGEST ? name.substring(0, LONGEST) + "…" : name;
  }

  /** A day in UTC. */
  static String day(Date date) {
    return date.toInstant().atOffset(ZoneOffset.UTC).toLocalDate().toString();
  }
}
