package dev.embedctl.provider;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What is known of hosted models beforehand. A model that is not here works too, uncounted. */
public final class ProviderCatalog {
  /** Source: OpenAI's API reference; prices as listed in 2026, dollars a million tokens. */
  private static final List<Model> OPENAI =
      List.of(
          new Model("text-embedding-3-small", 1536, 8192, true, "0.02"),
          new Model("text-embedding-3-large", 3072, 8192, true, "0.13"),
          new Model("text-embedding-ada-002", 1536, 8192, false, "0.10"));

  private ProviderCatalog() {}

  /** The default model of {@code openai}. */
  public static String defaultOpenAiModel() {
    return OPENAI.get(0).name();
  }

  /** What is known of a model of {@code openai}. */
  public static Optional<Model> openAi(String name) {
    return OPENAI.stream().filter(model -> model.name().equals(name)).findFirst();
  }

  /**
   * A hosted model.
   *
   * @param dimensions of its vectors, where no others are asked for
   * @param tokensPerText tokens it takes in one text
   * @param takesDimensions whether other dimensions may be asked for
   * @param usdPerMillionTokens its price
   */
  public record Model(
      String name,
      int dimensions,
      int tokensPerText,
      boolean takesDimensions,
      BigDecimal usdPerMillionTokens) {

    private Model(String name, int dimensions, int tokens, boolean shortens, String usd) {
      this(name, dimensions, tokens, shortens, new BigDecimal(usd));
    }

    ProviderLimits limits() {
      return new ProviderLimits(
          OpenAiProvider.TEXTS_PER_REQUEST,
          OptionalInt.of(tokensPerText),
          OptionalInt.of(OpenAiProvider.TOKENS_PER_REQUEST));
    }
  }
}
