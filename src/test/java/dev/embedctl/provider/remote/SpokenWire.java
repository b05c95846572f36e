package dev.embedctl.provider.remote;

import com.fasterxml.jackson.databind.JsonNode;
import dev.embedctl.model.EmbeddingSpec;
import dev.embedctl.model.InputType;
import dev.embedctl.model.Oversize;
import dev.embedctl.model.Vector;
import dev.embedctl.provider.EmbeddingProvider;
import dev.embedctl.provider.catalog.CatalogModel;
import dev.embedctl.provider.catalog.ProviderCatalog;
import dev.embedctl.provider.remote.RemoteProvider.PlainKeys;
import dev.embedctl.testing.OpenAiReplies;
import dev.embedctl.testing.OpenAiReplies.Form;
import dev.embedctl.testing.ReplyServer;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Each wire with good replies of its own, that a test can spoil. */
enum SpokenWire {
  OPENAI("openai", "/total_tokens"),
  OPENAI_IN_NUMBERS("openai", "/total_tokens"),
  AZURE_OPENAI("azure-openai", "/total_tokens"),
  VOYAGE("voyage", "/total_tokens"),
  MISTRAL("mistral", "/total_tokens"),
  JINA("jina", "/total_tokens"),
  GEMINI("gemini", ""),
  COHERE("cohere", "/input_tokens"),
  COHERE_ON_BEDROCK("bedrock", ""),
  OLLAMA("ollama", "/prompt_eval_count"),
  TEI("tei", "");

  private final String provider;
  private final String usage;

  SpokenWire(String provider, String usage) {
    this.provider = provider;
    this.usage = usage;
  }

  /** Whether its replies count tokens. */
  boolean counts() {
    return !usage.isEmpty();
  }

  /** Whether its replies say whose each vector is. */
  boolean hasIndexes() {
    return switch (this) {
      case OPENAI, OPENAI_IN_NUMBERS, AZURE_OPENAI, VOYAGE, MISTRAL, JINA -> true;
      case GEMINI, COHERE, COHERE_ON_BEDROCK, OLLAMA, TEI -> false;
    };
  }

  List<String> textsOf(JsonNode request) {
    JsonNode texts =
        request.path(
            switch (this) {
              case OPENAI, OPENAI_IN_NUMBERS, AZURE_OPENAI, VOYAGE, MISTRAL, JINA, OLLAMA ->
                  "input";
              case GEMINI -> "requests";
              case COHERE, COHERE_ON_BEDROCK -> "texts";
              case TEI -> "inputs";
            });
    return StreamSupport.stream(texts.spliterator(), false)
        .map(each -> this == GEMINI ? each.at("/content/parts/0/text") : each)
        .map(JsonNode::textValue)
        .toList();
  }

  /** A whole reply whose count of tokens, where it has one, is as it is written here. */
  String reply(List<Vector> vectors, String tokens) {
    return switch (this) {
      case OPENAI, AZURE_OPENAI, VOYAGE -> counting(OpenAiReplies.of(vectors, Form.BASE64), tokens);
      case OPENAI_IN_NUMBERS, MISTRAL, JINA ->
          counting(OpenAiReplies.of(vectors, Form.NUMBERS), tokens);
      case GEMINI ->
          vectors.stream()
              .map(vector -> "{\"values\":" + OpenAiReplies.numbers(vector) + "}")
              .collect(Collectors.joining(",", "{\"embeddings\":[", "]}"));
      case COHERE ->
          "{\"id\":\"x\",\"embeddings\":{\"float\":"
              + InOrderReplies.arrays(vectors)
              + "},\"meta\":{\"billed_units\":{\"input_tokens\":"
              + tokens
              + "}}}";
      case COHERE_ON_BEDROCK ->
          "{\"id\":\"x\",\"embeddings\":{\"float\":" + InOrderReplies.arrays(vectors) + "}}";
      case OLLAMA ->
          "{\"model\":\"some-model\",\"embeddings\":"
              + InOrderReplies.arrays(vectors)
              + ",\"prompt_eval_count\":"
              + tokens
              + "}";
      case TEI -> InOrderReplies.arrays(vectors);
    };
  }

  private static String counting(String reply, String tokens) {
    return reply.replace("\"total_tokens\":7", "\"total_tokens\":" + tokens);
  }

  /** A provider that asks the server for vectors of a model of which nothing is known. */
  EmbeddingProvider open(ReplyServer server) {
    return open(server.address());
  }

  EmbeddingProvider open(String address) {
    return RemoteProvider.open(
        new RemoteProvider.Settings(
            new EmbeddingSpec(
                provider,
                address,
                this == COHERE_ON_BEDROCK ? "cohere.embed-some-model" : "some-model",
                OptionalInt.empty(),
                this == COHERE || this == COHERE_ON_BEDROCK
                    ? Optional.of(InputType.DOCUMENT)
                    : Optional.empty(),
                Oversize.ERROR,
                ""),
            URI.create(address),
            Optional.empty(),
            new Proxies(Map.of()),
            PlainKeys.REFUSED,
            Duration.ofSeconds(20),
            sentence -> {}),
        ProviderCatalog.builtIn().provider(provider),
        takingManyTexts(),
        Clock.systemUTC());
  }

  /** A model of which nothing else is known. */
  private static CatalogModel takingManyTexts() {
    return new CatalogModel(
        OptionalInt.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        OptionalInt.of(2048),
        OptionalInt.empty(),
        Optional.empty());
  }
}
