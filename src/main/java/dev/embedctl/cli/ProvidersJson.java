package dev.embedctl.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.embedctl.cli.console.Console;
import dev.embedctl.provider.ProviderLimits.Counted;
import dev.embedctl.provider.catalog.CatalogModel;
import dev.embedctl.provider.catalog.CatalogProvider;
import dev.embedctl.provider.catalog.Price;
import dev.embedctl.provider.catalog.ProviderCatalog;
import dev.embedctl.provider.local.LocalModelProvider;
import dev.embedctl.provider.local.LocalModels;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The providers as JSON, with the names of a {@code catalog.json}; unknown values are left out. */
final class ProvidersJson {
  private static final JsonFactory JSON = new JsonFactory();

  private final JsonGenerator json;
  private final Console console;

  private ProvidersJson(JsonGenerator json, Console console) {
    this.json = json;
    this.console = console;
  }

  static String of(ProviderCatalog catalog, Console console) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      ProvidersJson writer = new ProvidersJson(json, console);
      json.writeStartArray();
      writer.local();
      for (String name : catalog.names()) {
        writer.remote(name, catalog.provider(name));
      }
      json.writeEndArray();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return text.toString();
  }

  private void local() throws IOException {
    json.writeStartObject();
    json.writeStringField("provider", LocalModelProvider.NAME);
    json.writeStringField("default_model", LocalModels.DEFAULT);
    json.writeArrayFieldStart("models");
    for (String model :
        new LocalModels(console.home(), console.surroundings().modelsFolder()).names()) {
      json.writeStartObject();
      json.writeStringField("model", model);
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void remote(String name, CatalogProvider provider) throws IOException {
    json.writeStartObject();
    json.writeStringField("provider", name);
    string("wire", provider.wire().map(Object::toString));
    string("base_url", provider.baseUrl().map(Object::toString));
    string("key", provider.keyVariable());
    if (provider.keyVariable().isPresent()) {
      json.writeBooleanField("key_set", console.surroundings().isSet(provider.keyVariable().get()));
    }
    string("default_model", provider.defaultModel());
    string("api_version", provider.apiVersion());
    number("texts_per_request", provider.textsPerRequest());
    number("tokens_per_request", provider.tokensPerRequest());
    number("bytes_per_request", provider.bytesPerRequest());
    json.writeStringField(
        "counts", provider.counts().orElse(Counted.REQUESTS).name().toLowerCase(Locale.ROOT));
    json.writeArrayFieldStart("models");
    for (Map.Entry<String, CatalogModel> model : provider.models().entrySet()) {
      model(model.getKey(), model.getValue());
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void model(String name, CatalogModel model) throws IOException {
    json.writeStartObject();
    json.writeStringField("model", name);
    number("dimensions", model.dimensions());
    if (model.shortens().isPresent()) {
      json.writeBooleanField("shortens", model.shortens().get());
    }
    number("tokens_per_text", model.tokensPerText());
    number("texts_per_request", model.textsPerRequest());
    number("tokens_per_request", model.tokensPerRequest());
    if (model.price().isPresent()) {
      Price price = model.price().get();
      json.writeNumberField("usd_per_million_tokens", price.usdPerMillionTokens());
      string("price_as_of", price.asOf());
      json.writeStringField("price_source", price.source());
    }
    json.writeEndObject();
  }

  private void string(String member, Optional<String> value) throws IOException {
    if (value.isPresent()) {
      json.writeStringField(member, value.get());
    }
  }

  private void number(String member, OptionalInt value) throws IOException {
    if (value.isPresent()) {
      json.writeNumberField(member, value.getAsInt());
    }
  }
}
