package dev.drover.connector.config;

import dev.drover.connector.words.FileTrouble;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;

/** A file with certificates of authorities, in PEM. */
final class CaFile {
  private CaFile() {}

  /** The file itself; an IllegalArgumentException, the end of a sentence, when it is of no use. */
  static Path requireUsable(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      if (CertificateFactory.getInstance("X.509").generateCertificates(in).isEmpty()) {
        throw new CertificateException("none");
      }
      return file;
    } catch (CertificateException e) {
      throw new IllegalArgumentException(
          "holds no certificates that can be used: give the CA's certificate in PEM");
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "cannot be read ("
              + FileTrouble.reason(e)
              + "): give the file with the CA's certificate");
    }
  }
}
