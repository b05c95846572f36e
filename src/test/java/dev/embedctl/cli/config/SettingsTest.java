package dev.embedctl.cli.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which of several places counts. */
final class SettingsTest {
  private static final Path FILE = Path.of("c.properties");

  /** A place that says {@code a=1 b=2}. */
  private static Map<String, Setting> place(String said) {
    Map<String, Setting> place = new LinkedHashMap<>();
    for (String part : said.split(" ", -1)) {
      int equals = part.indexOf('=');
      String name = part.substring(0, equals);
      place.put(
          name, new Setting(name, part.substring(equals + 1), new Origin.Line(FILE, place.size())));
    }
    return place;
  }

  private static Settings settings(String... placesWeakestFirst) {
    return Settings.of(List.of(placesWeakestFirst).stream().map(SettingsTest::place).toList());
  }

  private static Map<String, String> inEffect(Settings settings) {
    Map<String, String> values = new TreeMap<>();
    settings.inEffect().forEach((name, setting) -> values.put(name, setting.value()));
    return values;
  }

  @Test
  void theStrongestPlaceCountsForEachOption() {
    assertEquals(
        Map.of("model", "c", "rpm", "2", "timeout", "1s"),
        inEffect(settings("model=a rpm=1 timeout=1s", "model=b rpm=2", "model=c")));
  }

  @Test
  void anEmptyValueTakesBackWhatWeakerPlacesSay() {
    assertEquals(Map.of("rpm", "1"), inEffect(settings("model=a rpm=1", "model=")));
    assertEquals(Map.of("model", "b"), inEffect(settings("model=a", "model=", "model=b")));
  }

  @ParameterizedTest
  @CsvSource({
    "no-cache=true,      cache=/c,            no-cache",
    "cache=/c,           no-cache=true,       cache",
    "refresh=true,       no-cache=true,       refresh",
    "cache-only=true,    no-cache=true,       cache-only",
    "no-cache=true,      refresh=true,        no-cache",
    "no-cache=true,      cache-only=true,     no-cache",
    "refresh=true,       cache-only=true,     refresh",
    "cache-only=true,    refresh=true,        cache-only",
    "quiet=true,         verbose=true,        quiet",
    "verbose=true,       quiet=true,          verbose",
    "template={a},       text-field=b,        template",
    "max-errors=5,       on-error=fail,       max-errors",
    "vector-format=f,    output-format=npy,   vector-format",
    "vector-format=f,    output=a.NPY,        vector-format",
  })
  void whatAStrongerPlaceContradictsFalls(String weaker, String stronger, String falls) {
    Settings settings = settings(weaker + " grace=1s", stronger);

    assertEquals(
        new TreeSet<>(List.of("grace", stronger.substring(0, stronger.indexOf('=')))),
        new TreeSet<>(settings.inEffect().keySet()));
    assertEquals(
        List.of(
            new Settings.Overruled(
                place(weaker).get(falls), place(stronger).values().iterator().next())),
        settings.overruled());
  }

  @ParameterizedTest
  @CsvSource({
    "cache=/c,           no-cache=false",
    "cache-only=true,    refresh=false",
    "refresh=true,       cache-only=false",
    "verbose=true,       quiet=false",
    "quiet=true,         verbose=false",
    "no-cache=true,      cache=",
    "max-errors=5,       on-error=collect",
    "text-field=b,       template={a}",
    "vector-format=f,    output=a.jsonl",
    "vector-format=f,    output-format=jsonl",
    "vector-format=f,    output=a.npy output-format=jsonl",
    "provider=a model=m, provider=A",
    "model=m,            provider=a",
    "provider= model=m,  provider=a",
    "provider=a model=m, provider=",
  })
  void whatIsNotContradictedStays(String weaker, String stronger) {
    assertEquals(List.of(), settings(weaker, stronger).overruled());
  }

  @Test
  void whatOnePlaceSaysOfBothIsForThePlanToRefuse() {
    assertEquals(
        Map.of("cache", "/c", "no-cache", "true"), inEffect(settings("cache=/c no-cache=true")));
  }

  @Test
  void anotherProviderTakesNothingOfTheWeakerOnes() {
    String own =
        "model=m dimensions=8 prefix=p allow-model=o base-url=u api-key-env=K allow-insecure=true rpm=1 tpm=2";

    Settings settings = settings("provider=a timeout=9s " + own, "provider=b rpm=7");

    assertEquals(Map.of("provider", "b", "rpm", "7", "timeout", "9s"), inEffect(settings));
    assertEquals(8, settings.overruled().size());
  }

  @Test
  void whatStandsBesideTheStrongerProviderIsItsOwn() {
    assertEquals(
        Map.of("provider", "a", "model", "n"),
        inEffect(settings("provider=a model=m", "provider=b model=n", "provider=a", "model=n")));
  }

  @Test
  void aMessageTellsThePlacesOfItsOptionsThatWereNotTyped() {
    Settings settings = settings("rpm=0 cache=/c model=m cache-wait=1s");

    assertEquals("c.properties:0: --rpm 0: give more", settings.locate("--rpm 0: give more"));
    assertEquals(
        "--no-cache contradicts --cache; --cache is from c.properties:1",
        settings.locate("--no-cache contradicts --cache"));
    assertEquals(
        "--rpm and --cache; --cache is from c.properties:1; --rpm is from c.properties:0",
        settings.locate("--rpm and --cache"));
    assertEquals("--model-x --a--rpmx", settings.locate("--model-x --a--rpmx"));
  }
}
