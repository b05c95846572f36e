package dev.embedctl.provider.remote.api;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.embedctl.provider.ServedModel;
import dev.embedctl.provider.catalog.Wire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The lists of models of the servers that tell a model from another one of the same name. */
public final class ListedModels {
  private static final String LATEST = ":latest";

  /** The address at which a server lists its models free of charge, and a parser for the list. */
  public interface Listing {

    /** The path that is added to the base URL. */
    String path();

    /**
     * The models of the server.
     *
     * @throws IOException if the body cannot be read
     */
    List<ServedModel> read(byte[] body) throws IOException;
  }

  private ListedModels() {}

  /** The list of an API's servers, if it has one. */
  public static Optional<Listing> of(Wire wire) {
    return switch (wire) {
      case TEI -> Optional.of(new Info());
      case OLLAMA -> Optional.of(new Tags());
      case OPENAI -> Optional.of(new Models());
      case AZURE_OPENAI, VOYAGE, MISTRAL, JINA, GEMINI, COHERE, VERTEX, BEDROCK -> Optional.empty();
    };
  }

  /**
   * The one model of text-embeddings-inference, with the revision of its files. Source:
   * huggingface/text-embeddings-inference's router/src/lib.rs.
   */
  private record Info() implements Listing {
    @Override
    public String path() {
      return "/info";
    }

    @Override
    public List<ServedModel> read(byte[] body) throws IOException {
      Map<String, String> info = WireJson.whole(body, ListedModels::strings);
      Optional<String> id = Optional.ofNullable(info.get("model_id"));
      List<String> names = new ArrayList<>();
      Optional.ofNullable(info.get("served_model_name")).ifPresent(names::add);
      id.ifPresent(names::add);
      if (names.isEmpty()) {
        return List.of();
      }
      return List.of(
          new ServedModel(
              names,
              Optional.ofNullable(info.get("model_sha"))
                  .map(sha -> id.map(model -> model + "@").orElse("") + sha)));
    }
  }

  /**
   * The models that Ollama has, with the digests of their manifests. Source: ollama/ollama's
   * docs/api.md.
   */
  private record Tags() implements Listing {
    @Override
    public String path() {
      return "/api/tags";
    }

    @Override
    public List<ServedModel> read(byte[] body) throws IOException {
      List<ServedModel> models = new ArrayList<>();
      for (Map<String, String> model : items(body, "models")) {
        Optional.ofNullable(model.get("name"))
            .ifPresent(
                name ->
                    models.add(
                        new ServedModel(names(name), Optional.ofNullable(model.get("digest")))));
      }
      return models;
    }

    private static List<String> names(String name) {
      return name.endsWith(LATEST)
          ? List.of(name, name.substring(0, name.length() - LATEST.length()))
          : List.of(name);
    }
  }

  /**
   * The models of a server that is like OpenAI's; vLLM adds the root of a model that is served
   * under another name. Source: vllm-project/vllm's entrypoints/openai/engine/protocol.py,
   * ModelCard.
   */
  private record Models() implements Listing {
    @Override
    public String path() {
      return "/models";
    }

    @Override
    public List<ServedModel> read(byte[] body) throws IOException {
      List<ServedModel> models = new ArrayList<>();
      for (Map<String, String> model : items(body, "data")) {
        Optional.ofNullable(model.get("id"))
            .ifPresent(
                id ->
                    models.add(
                        new ServedModel(
                            List.of(id),
                            Optional.ofNullable(model.get("root"))
                                .filter(root -> !root.equals(id)))));
      }
      return models;
    }
  }

  /** The strings in the objects of an array that is a member of the body. */
  private static List<Map<String, String>> items(byte[] body, String member) throws IOException {
    return WireJson.whole(
        body,
        json -> {
          List<Map<String, String>> items = new ArrayList<>();
          requireObject(json);
          WireJson.members(
              json,
              found -> {
                if (found.equals(member) && json.isExpectedStartArrayToken()) {
                  while (json.nextToken() != JsonToken.END_ARRAY) {
                    items.add(strings(json));
                  }
                } else {
                  json.skipChildren();
                }
              });
          return items;
        });
  }

  /** The members of an object that are strings and not blank. */
  private static Map<String, String> strings(JsonParser json) throws IOException {
    Map<String, String> strings = new TreeMap<>();
    requireObject(json);
    WireJson.members(
        json,
        member -> {
          if (json.currentToken() == JsonToken.VALUE_STRING && !json.getText().isBlank()) {
            strings.put(member, json.getText());
          } else {
            json.skipChildren();
          }
        });
    return strings;
  }

  private static void requireObject(JsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw new IOException("it is not a JSON object");
    }
  }
}
