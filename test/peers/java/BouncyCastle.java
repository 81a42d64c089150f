import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.*;
import org.bouncycastle.cms.jcajce.*;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OutputAEADEncryptor;
import org.bouncycastle.operator.OutputEncryptor;
import org.bouncycastle.operator.jcajce.JcaAlgorithmParametersConverter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/** Makes and opens CMS structures with BouncyCastle. The jobs are described in Jobs.java. */
public class BouncyCastle {
  public static void main(String[] args) throws Exception {
    Security.addProvider(new BouncyCastleProvider());
    Jobs.run(args[0], (row, content, letter) -> make(row, content), BouncyCastle::open);
  }

  private static byte[] make(Map<String, String> row, byte[] content) throws Exception {
    switch (row.get("kind")) {
      case "signed": return sign(row, content);
      case "enveloped": return encrypt(row, content);
      default:
        return new CMSCompressedDataGenerator()
            .generate(new CMSProcessableByteArray(content), new ZlibCompressor())
            .getEncoded();
    }
  }

  private static byte[] open(Map<String, String> row, byte[] message, byte[] content) throws Exception {
    switch (row.get("kind")) {
      case "signed": return verify(row, message, content);
      case "enveloped": return decrypt(row, message);
      default:
        return new CMSCompressedData(message).getContent(new ZlibExpanderProvider());
    }
  }

  private static byte[] encode(ContentInfo structure, Map<String, String> row) throws Exception {
    return structure.getEncoded(row.containsKey("ber") ? "BER" : "DER");
  }

  // --- signed ----------------------------------------------------------------

  private static byte[] sign(Map<String, String> row, byte[] content) throws Exception {
    CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
    List<X509Certificate> certificates = new ArrayList<>();
    List<String> signers = row.containsKey("two") ? List.of(row.get("key"), "other") : List.of(row.get("key"));
    for (String name : signers) {
      X509Certificate certificate = Keys.certificate(name);
      certificates.add(certificate);
      JcaSignerInfoGeneratorBuilder builder =
          new JcaSignerInfoGeneratorBuilder(new JcaDigestCalculatorProviderBuilder().build());
      builder.setDirectSignature(row.containsKey("noAttributes"));
      var signer = signer(row, Keys.privateKey(name));
      generator.addSignerInfoGenerator(
          row.containsKey("keyIdentifier")
              ? builder.build(signer, Keys.subjectKeyIdentifier(certificate))
              : builder.build(signer, certificate));
    }
    generator.addCertificates(new JcaCertStore(certificates));
    CMSSignedData made = generator.generate(new CMSProcessableByteArray(content), row.containsKey("opaque"));
    return encode(made.toASN1Structure(), row);
  }

  private static ContentSigner signer(Map<String, String> row, PrivateKey key)
      throws Exception {
    String digest = row.get("digest").replace("-", "");
    switch (row.get("scheme")) {
      case "PSS":
        int length = Integer.parseInt(digest.substring(3)) / 8;
        int longest = (((RSAKey) key).getModulus().bitLength() + 6) / 8 - length - 2;
        int salt = Map.of("digest", length, "zero", 0, "max", longest).get(row.get("salt"));
        AlgorithmParameterSpec pss =
            new PSSParameterSpec(row.get("digest"), "MGF1", new MGF1ParameterSpec(row.get("digest")), salt, 1);
        return new JcaContentSignerBuilder(digest + "withRSAandMGF1", pss).build(key);
      case "ECDSA": return new JcaContentSignerBuilder(digest + "withECDSA").build(key);
      case "EdDSA": return new JcaContentSignerBuilder("Ed25519").build(key);
      default: return new JcaContentSignerBuilder(digest + "withRSA").build(key);
    }
  }

  @SuppressWarnings("unchecked")
  private static byte[] verify(Map<String, String> row, byte[] message, byte[] content) throws Exception {
    CMSSignedData signed =
        row.containsKey("opaque")
            ? new CMSSignedData(message)
            : new CMSSignedData(new CMSProcessableByteArray(content), message);
    Collection<SignerInformation> signers = signed.getSignerInfos().getSigners();
    if (signers.isEmpty()) throw new Exception("no signer");
    for (SignerInformation signer : signers) {
      Collection<X509CertificateHolder> found = signed.getCertificates().getMatches(signer.getSID());
      if (found.isEmpty()) throw new Exception("the certificate of a signer is missing");
      X509CertificateHolder certificate = found.iterator().next();
      var verifier = new JcaSimpleSignerInfoVerifierBuilder().build(certificate);
      if (!signer.verify(verifier)) throw new Exception("the signature does not hold");
    }
    return row.containsKey("opaque") ? (byte[]) signed.getSignedContent().getContent() : content;
  }

  // --- enveloped -------------------------------------------------------------

  private static final Map<String, String> ciphers =
      Map.of(
          "AES-128-CBC", "2.16.840.1.101.3.4.1.2",
          "AES-192-CBC", "2.16.840.1.101.3.4.1.22",
          "AES-256-CBC", "2.16.840.1.101.3.4.1.42",
          "AES-128-GCM", "2.16.840.1.101.3.4.1.6",
          "AES-192-GCM", "2.16.840.1.101.3.4.1.26",
          "AES-256-GCM", "2.16.840.1.101.3.4.1.46",
          "ChaCha20-Poly1305", "1.2.840.113549.1.9.16.3.18",
          "3DES-CBC", "1.2.840.113549.3.7");

  private static final Map<String, ASN1ObjectIdentifier> agreements =
      Map.of(
          "SHA-1", CMSAlgorithm.ECDH_SHA1KDF,
          "SHA-224", CMSAlgorithm.ECDH_SHA224KDF,
          "SHA-256", CMSAlgorithm.ECDH_SHA256KDF,
          "SHA-384", CMSAlgorithm.ECDH_SHA384KDF,
          "SHA-512", CMSAlgorithm.ECDH_SHA512KDF);

  private static final Map<String, ASN1ObjectIdentifier> wraps =
      Map.of(
          "AES-128", CMSAlgorithm.AES128_WRAP,
          "AES-192", CMSAlgorithm.AES192_WRAP,
          "AES-256", CMSAlgorithm.AES256_WRAP);

  private static boolean authenticated(Map<String, String> row) {
    return row.get("cipher").endsWith("GCM") || row.get("cipher").startsWith("ChaCha");
  }

  private static byte[] encrypt(Map<String, String> row, byte[] content) throws Exception {
    List<RecipientInfoGenerator> recipients = new ArrayList<>();
    if (row.containsKey("two")) {
      recipients.add(new JceKeyTransRecipientInfoGenerator(Keys.certificate("other")));
    }
    recipients.add(recipient(row));
    OutputEncryptor encryptor =
        new JceCMSContentEncryptorBuilder(new ASN1ObjectIdentifier(ciphers.get(row.get("cipher"))))
            .setProvider("BC")
            .build();
    CMSProcessableByteArray data = new CMSProcessableByteArray(content);
    if (authenticated(row)) {
      if (!(encryptor instanceof OutputAEADEncryptor)) throw new Jobs.Cannot("no class for " + row.get("cipher"));
      CMSAuthEnvelopedDataGenerator generator = new CMSAuthEnvelopedDataGenerator();
      recipients.forEach(generator::addRecipientInfoGenerator);
      return encode(generator.generate(data, (OutputAEADEncryptor) encryptor).toASN1Structure(), row);
    }
    CMSEnvelopedDataGenerator generator = new CMSEnvelopedDataGenerator();
    recipients.forEach(generator::addRecipientInfoGenerator);
    return encode(generator.generate(data, encryptor).toASN1Structure(), row);
  }

  private static RecipientInfoGenerator recipient(Map<String, String> row) throws Exception {
    switch (row.get("to.type")) {
      case "rsa": return transport(row, null);
      case "oaep": return transport(row, oaep(row));
      case "ecdh": return agreement(row);
      case "x25519": return x25519(row);
      case "kek":
        return new JceKEKRecipientInfoGenerator(
            Keys.secret("keyIdentifier"), new SecretKeySpec(Keys.secret("kek." + row.get("to.wrap")), "AES"));
      default:
        return new JcePasswordRecipientInfoGenerator(CMSAlgorithm.AES256_CBC, Keys.password())
            .setProvider("BC")
            .setPasswordConversionScheme(PasswordRecipient.PKCS5_SCHEME2_UTF8)
            .setPRF(PasswordRecipient.PRF.HMacSHA256);
    }
  }

  private static RecipientInfoGenerator transport(Map<String, String> row, AlgorithmIdentifier padding)
      throws Exception {
    X509Certificate certificate = Keys.certificate("rsa");
    if (row.containsKey("keyIdentifier")) {
      return new JceKeyTransRecipientInfoGenerator(
          Keys.subjectKeyIdentifier(certificate), certificate.getPublicKey());
    }
    return padding == null
        ? new JceKeyTransRecipientInfoGenerator(certificate)
        : new JceKeyTransRecipientInfoGenerator(certificate, padding).setProvider("BC");
  }

  private static AlgorithmIdentifier oaep(Map<String, String> row) throws Exception {
    String label = row.get("to.label");
    PSource source =
        label == null
            ? PSource.PSpecified.DEFAULT
            : new PSource.PSpecified(label.getBytes(StandardCharsets.US_ASCII));
    return new JcaAlgorithmParametersConverter()
        .getAlgorithmIdentifier(
            PKCSObjectIdentifiers.id_RSAES_OAEP,
            new OAEPParameterSpec(row.get("to.digest"), "MGF1", new MGF1ParameterSpec(row.get("to.mask")), source));
  }

  private static RecipientInfoGenerator agreement(Map<String, String> row) throws Exception {
    X509Certificate certificate = Keys.certificate(row.get("to.key"));
    KeyPairGenerator ephemeral = KeyPairGenerator.getInstance("EC", "BC");
    ephemeral.initialize(((ECPublicKey) certificate.getPublicKey()).getParams());
    KeyPair pair = ephemeral.generateKeyPair();
    ASN1ObjectIdentifier scheme =
        row.containsKey("to.cofactor") ? CMSAlgorithm.ECCDH_SHA256KDF : agreements.get(row.get("to.kdf"));
    return agreement(row, scheme, pair, certificate);
  }

  /** The schemes of RFC 8418. */
  private static RecipientInfoGenerator x25519(Map<String, String> row) throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("X25519", "BC").generateKeyPair();
    ASN1ObjectIdentifier scheme = new ASN1ObjectIdentifier("1.2.840.113549.1.9.16.3.19");
    return agreement(row, scheme, pair, Keys.certificate("x25519"));
  }

  private static RecipientInfoGenerator agreement(
      Map<String, String> row, ASN1ObjectIdentifier scheme, KeyPair pair, X509Certificate certificate)
      throws Exception {
    var generator =
        new JceKeyAgreeRecipientInfoGenerator(
                scheme, pair.getPrivate(), pair.getPublic(), wraps.get(row.get("to.wrap")))
            .setProvider("BC");
    if (row.containsKey("to.ukm")) {
      generator.setUserKeyingMaterial(row.get("to.ukm").getBytes(StandardCharsets.US_ASCII));
    }
    return row.containsKey("keyIdentifier")
        ? generator.addRecipient(Keys.subjectKeyIdentifier(certificate), certificate.getPublicKey())
        : generator.addRecipient(certificate);
  }

  private static byte[] decrypt(Map<String, String> row, byte[] message) throws Exception {
    RecipientInformationStore store =
        authenticated(row)
            ? new CMSAuthEnvelopedData(message).getRecipientInfos()
            : new CMSEnvelopedData(message).getRecipientInfos();
    for (RecipientInformation each : store.getRecipients()) {
      if (isOurs(row, each)) return each.getContent(opener(row));
    }
    throw new Exception("no recipient is ours");
  }

  @SuppressWarnings("unchecked")
  private static boolean isOurs(Map<String, String> row, RecipientInformation each) throws Exception {
    String key = row.get("recipientKey");
    return key == null || each.getRID().match(new X509CertificateHolder(Keys.certificate(key).getEncoded()));
  }

  private static Recipient opener(Map<String, String> row) throws Exception {
    PrivateKey key = row.containsKey("recipientKey") ? Keys.privateKey(row.get("recipientKey")) : null;
    boolean auth = authenticated(row);
    switch (row.get("to.type")) {
      case "rsa":
      case "oaep":
        return auth
            ? new JceKeyTransAuthEnvelopedRecipient(key).setProvider("BC")
            : new JceKeyTransEnvelopedRecipient(key).setProvider("BC");
      case "ecdh":
      case "x25519":
        if (auth) throw new Jobs.Cannot("no class for key agreement in AuthEnvelopedData");
        return new JceKeyAgreeEnvelopedRecipient(key).setProvider("BC");
      case "kek":
        return new JceKEKEnvelopedRecipient(new SecretKeySpec(Keys.secret("kek." + row.get("to.wrap")), "AES"))
            .setProvider("BC");
      default:
        return new JcePasswordEnvelopedRecipient(Keys.password())
            .setPasswordConversionScheme(PasswordRecipient.PKCS5_SCHEME2_UTF8)
            .setProvider("BC");
    }
  }
}
