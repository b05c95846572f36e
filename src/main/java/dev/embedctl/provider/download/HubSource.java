package dev.embedctl.provider.download;

import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.provider.download.Hub.Revision;
import dev.embedctl.provider.local.HubModel;
import dev.embedctl.provider.local.HubOrigin;
import dev.embedctl.provider.local.ModelTrial;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A repository of a hub.
 *
 * @param onnx the model's file; empty for the usual one
 */
record HubSource(
    HubModel named, Optional<String> onnx, Hub hub, FileDownload files, DownloadListener listener)
    implements ModelSource {
  private static final List<String> USUAL = List.of("onnx/model.onnx", "model.onnx");

  /** The files besides the model that a model's folder may need, in it or in a module's folder. */
  private static final Pattern SETTINGS =
      Pattern.compile(
          "(?:\\d+_\\w+/)?(?:config|tokenizer|tokenizer_config|modules"
              + "|config_sentence_transformers|sentence_[\\w-]+_config)\\.json");

  @Override
  public String model() {
    return named.toString();
  }

  @Override
  public String folder() {
    return named.folder();
  }

  @Override
  public void download(Path part) throws IOException, InterruptedException {
    Revision revision = hub.revision(named);
    HubModel commit = named.at(revision.commit());
    List<HubFile> all = hub.files(commit);
    HubFile model = model(all);
    List<HubFile> settings =
        all.stream().filter(file -> SETTINGS.matcher(file.path()).matches()).toList();
    List<HubFile> weights =
        all.stream().filter(file -> file.path().startsWith(model.path())).toList();
    List<HubFile> wanted = Stream.concat(settings.stream(), weights.stream()).toList();
    clear(part, commit, wanted);
    listener.begun(model(), wanted.stream().mapToLong(HubFile::bytes).sum());
    fetch(settings, commit, part);
    new ModelTrial(model(), part).readSettings(part.resolve(model.path()));
    fetch(weights, commit, part);
    new HubOrigin(named, revision.commit(), model.path(), revision.licence()).write(part);
  }

  private void clear(Path part, HubModel commit, List<HubFile> wanted) throws IOException {
    Set<Path> kept = new HashSet<>();
    for (HubFile file : wanted) {
      Path place = part.resolve(file.path());
      kept.add(place);
      kept.add(FileDownload.partOf(place, hub.remote(commit, file)));
    }
    Folders.keepOnly(kept, part);
  }

  private void fetch(List<HubFile> some, HubModel commit, Path part)
      throws IOException, InterruptedException {
    for (HubFile file : some) {
      files.fetch(hub.remote(commit, file), part.resolve(file.path()));
    }
  }

  private HubFile model(List<HubFile> all) {
    List<String> candidates = onnx.map(List::of).orElse(USUAL);
    for (String candidate : candidates) {
      for (HubFile file : all) {
        if (file.path().equals(candidate)) {
          return file;
        }
      }
    }
    List<String> others = new ArrayList<>();
    all.stream().map(HubFile::path).filter(path -> path.endsWith(".onnx")).forEach(others::add);
    throw new Usage(
        named
            + " has no "
            + String.join(" and no ", candidates)
            + (others.isEmpty()
                ? ", and no other ONNX file: export the model to ONNX first"
                : "; its ONNX files are " + String.join(", ", others)));
  }

  @Override
  public void requireSame(Path present) {
    Optional<String> other =
        HubOrigin.of(present).map(HubOrigin::file).filter(file -> isOther(file));
    if (other.isPresent()) {
      throw new Usage(
          named
              + " is here with the file "
              + other.get()
              + "; remove it first with: embedctl models rm "
              + named);
    }
  }

  private boolean isOther(String file) {
    return onnx.filter(wanted -> !wanted.equals(file)).isPresent();
  }
}
