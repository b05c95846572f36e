package dev.embedctl.cli.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PathGlobTest {
  @ParameterizedTest(name = "{0} {1} {2}")
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "a.md, a.md, true",
        "a.md, b/a.md, false",
        "*.md, a.md, true",
        "*.md, a.md.bak, false",
        "*, a/b, false",
        "a?c, abc, true",
        "a?c, a/c, false",
        "**/a, a, true",
        "**/a, x/y/a, true",
        "**/a, x/ya, false",
        "a/**/b, a/b, true",
        "a/**/b, a/x/y/b, true",
        "a/**/b, a/xb, false",
        "a/**, a/x/y, true",
        "a/**, a, false",
        "a**c, abbc, true",
        "a**c, a/c, false",
        "**/a/**/b, a/x/a/b/y/b, true",
        "[ab].c, b.c, true",
        "[ab].c, c.c, false",
        "[!ab].c, c.c, true",
        "[^ab].c, a.c, false",
        "[a-c]x, bx, true",
        "[a-c]x, dx, false",
        "[]a]x, ]x, true",
        "[a-]x, -x, true",
        "[\\]]x, ]x, true",
        "\\*, *, true",
        "\\*, a, false",
        "*a*b*, xaybz, true",
        "*a*b*, xbyaz, false",
        "caf?, café, true",
      })
  void matchesAsGitDoes(String glob, String path, boolean matches) {
    assertEquals(matches, PathGlob.of(glob).orElseThrow().matches(path));
  }

  @Test
  void aBracketWithoutAnEndIsNoGlob() {
    assertTrue(PathGlob.of("[a").isEmpty());
    assertTrue(PathGlob.of("a/[!]").isEmpty());
  }

  /**
   * A regular expression of this glob tries every way to share the characters between the stars.
   */
  @Test
  void aGlobOfManyStarsEndsSoon() {
    PathGlob glob = PathGlob.of("*a".repeat(50) + "*b").orElseThrow();
    PathGlob folders = PathGlob.of("**/a/".repeat(50) + "b").orElseThrow();

    assertFalse(
        assertTimeoutPreemptively(
            Duration.ofSeconds(30),
            () -> glob.matches("a".repeat(250)) || folders.matches("a/".repeat(250) + "a")));
  }
}
