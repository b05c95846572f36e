package dev.embedctl.provider.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.provider.Tokens;
import dev.embedctl.provider.catalog.TokenMeter.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TokenMeterTest {
  private static final TokenMeter COUNTING =
      TokenMeter.of(ProviderCatalog.builtIn().model("openai", "text-embedding-3-small"), "");
  private static final TokenMeter ESTIMATING = TokenMeter.of(CatalogModel.UNKNOWN, "");

  /** OpenAI's counts for cl100k_base, from its cookbook. */
  @Test
  void countsTokensLikeOpenAi() {
    assertEquals(Precision.COUNTED, COUNTING.precision());
    assertEquals(new Tokens(6, 6, 6), COUNTING.measure("tiktoken is great!"));
    assertEquals(new Tokens(6, 6, 6), COUNTING.measure("antidisestablishmentarianism"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "The quick brown fox jumps over the lazy dog, and nobody minds.",
        "Der Donaudampfschifffahrtsgesellschaftskapitän hat heute frei.",
        "Съешь же ещё этих мягких французских булок, да выпей чаю.",
        "सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता और समानता प्राप्त है।",
        "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。",
        "มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดิ์และสิทธิ",
        "👩‍👩‍👧‍👦 🇩🇪 ✅",
        "{\"id\":8231,\"ok\":true,\"path\":\"/a/b/c\"}"
      })
  void theEstimatedRangeContainsTheCountOfARealTokenizer(String text) {
    assertEquals(Precision.ESTIMATED, ESTIMATING.precision());
    Tokens range = ESTIMATING.measure(text);
    long counted = COUNTING.measure(text).likely();

    assertTrue(range.low() <= counted && counted <= range.high(), range + ": " + counted);
    assertTrue(range.low() < range.high());
  }

  @Test
  void requestsArePackedByTheLikelyEstimate() {
    assertEquals(new Tokens(2, 3, 14), ESTIMATING.measure("twelve bytes"));
    assertEquals(new Tokens(1, 3, 14), ESTIMATING.measure("四字四字"));
  }
}
