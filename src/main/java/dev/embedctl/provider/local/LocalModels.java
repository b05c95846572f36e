package dev.embedctl.provider.local;

import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.model.Parameter;
import dev.embedctl.provider.local.LocalModel.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The local models: where they lie, and how to get one that is not here. */
public final class LocalModels {
  /** The one that an installation holds. */
  public static final String DEFAULT = "all-MiniLM-L6-v2";

  private static final String DEFAULT_LICENCE = "Apache-2.0";

  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]*";

  private final Path installation;
  private final Optional<Path> usersFolder;

  /**
   * The models there are.
   *
   * @param installation the folder of this installation
   * @param usersFolder the folder of models that the user fetched
   */
  public LocalModels(Path installation, Optional<Path> usersFolder) {
    this.installation = installation;
    this.usersFolder = usersFolder;
  }

  /**
   * A model that is here.
   *
   * @param place its folder, or a file in it
   * @param name what the cache and the metrics call it
   */
  public record Found(Path place, ModelOrigin origin, String name) {
    private static Found at(Path place, ModelOrigin origin) {
      return new Found(place, origin, String.valueOf(place.getFileName()));
    }
  }

  /**
   * The model of a name: one from a hub; or the installation's, else one in the user's models
   * folder, else what lies at that path, whatever it is. Nothing is downloaded.
   *
   * @throws Usage where it is none of them, and it is known how to get it
   */
  public Found find(String model) {
    if (model.startsWith(HubModel.BEGINNING)) {
      return fromHub(HubModel.of(model));
    }
    Path path = Path.of(model);
    if (model.matches(NAME)) {
      Path installed = installation.resolve("models").resolve(model);
      if (Files.isDirectory(installed)) {
        return Found.at(installed, ModelOrigin.INSTALLED);
      }
      Optional<Path> own = usersFolder.map(folder -> folder.resolve(model));
      if (own.filter(Files::isDirectory).isPresent()) {
        return Found.at(own.get(), ModelOrigin.USERS_OWN);
      }
    }
    String name = String.valueOf(path.getFileName());
    if (KnownModel.named(name).isPresent() && !Files.exists(path)) {
      throw missing(model, name);
    }
    return Found.at(path.toAbsolutePath().normalize(), ModelOrigin.USERS_OWN);
  }

  private Found fromHub(HubModel model) {
    Optional<Path> exact =
        usersFolder
            .map(folder -> folder.resolve(model.folder()))
            .filter(folder -> HubOrigin.of(folder).isPresent());
    return exact
        .or(() -> fromHub().stream().filter(folder -> origin(folder).answers(model)).findFirst())
        .map(place -> new Found(place, ModelOrigin.USERS_OWN, origin(place).exactName()))
        .orElseThrow(() -> missing(model.toString(), model.toString()));
  }

  private static Usage missing(String model, String name) {
    return new Usage(
        Parameter.MODEL
            + " "
            + model
            + ": "
            + (model.equals(name) ? "it" : name)
            + " is not here yet; download it with: embedctl models pull "
            + name);
  }

  private static HubOrigin origin(Path folder) {
    return HubOrigin.of(folder).orElseThrow();
  }

  /** The folders of models from a hub. */
  private List<Path> fromHub() {
    return usersFolder.stream()
        .flatMap(folder -> foldersIn(folder).stream())
        .filter(folder -> HubOrigin.of(folder).isPresent())
        .toList();
  }

  /** The names of those that are here, the installation's and the user's. */
  public List<String> names() {
    return list().stream()
        .filter(model -> model.place().isPresent())
        .map(LocalModel::name)
        .toList();
  }

  /** Whether the installation contains a model. */
  public boolean isIncluded(String name) {
    return name.matches(NAME) && Files.isDirectory(installation.resolve("models").resolve(name));
  }

  /**
   * The model of a name that {@link #list} has.
   *
   * @throws Usage if it is not here
   */
  public Found present(String name) {
    return list().stream()
        .filter(model -> model.place().isPresent() && model.isNamed(name))
        .findFirst()
        .map(model -> new Found(model.place().get(), origin(model.state()), model.name()))
        .orElseThrow(
            () ->
                new Usage(name + " is not here; embedctl models list prints the models that are"));
  }

  private static ModelOrigin origin(State state) {
    return switch (state) {
      case INCLUDED -> ModelOrigin.INSTALLED;
      case HERE, AVAILABLE -> ModelOrigin.USERS_OWN;
    };
  }

  /** The model in a folder that is in the list. */
  public LocalModel at(Path place) {
    return list().stream()
        .filter(model -> model.place().equals(Optional.of(place)))
        .findFirst()
        .orElseThrow();
  }

  /** All models: those that are here, and those that can be downloaded by their names. */
  public List<LocalModel> list() {
    Map<String, LocalModel> models = new TreeMap<>();
    for (KnownModel known : KnownModel.ALL) {
      models.put(
          known.name(),
          new LocalModel(
              known.name(),
              State.AVAILABLE,
              Optional.empty(),
              known.bytes(),
              Optional.of(known.licence()),
              Optional.empty()));
    }
    usersFolder.ifPresent(folder -> add(folder, State.HERE, models));
    for (Path folder : fromHub()) {
      HubOrigin origin = origin(folder);
      LocalModel model =
          new LocalModel(
              origin.model().toString(),
              State.HERE,
              Optional.of(folder),
              bytes(folder),
              origin.licence(),
              Optional.of(origin));
      models.put(model.name(), model);
    }
    add(installation.resolve("models"), State.INCLUDED, models);
    return List.copyOf(models.values());
  }

  private static void add(Path folder, State state, Map<String, LocalModel> models) {
    for (Path model : foldersIn(folder)) {
      String name = String.valueOf(model.getFileName());
      if (name.matches(NAME)) {
        models.put(
            name,
            new LocalModel(
                name, state, Optional.of(model), bytes(model), licence(name), Optional.empty()));
      }
    }
  }

  private static Optional<String> licence(String name) {
    return name.equals(DEFAULT)
        ? Optional.of(DEFAULT_LICENCE)
        : KnownModel.named(name).map(KnownModel::licence);
  }

  private static List<Path> foldersIn(Path folder) {
    try (Stream<Path> models = Files.list(folder)) {
      return models.filter(Files::isDirectory).sorted().toList();
    } catch (IOException e) {
      return List.of(); // there is no such folder
    }
  }

  private static long bytes(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    } catch (IOException | UncheckedIOException e) {
      throw new RunFailed("the model's folder " + folder + " cannot be read: " + e.getMessage(), e);
    }
  }
}
