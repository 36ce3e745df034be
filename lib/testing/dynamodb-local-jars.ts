export const VERSION = '3.3.1'

/**
 * The files of DynamoDB Local, as Maven resolves them, with their coordinates and SHA-256. The AWS clients for its
 * telemetry are left out, since telemetry is off; but Pinpoint's classes must exist when it starts, in any version. Of
 * SQLite's native libraries, each machine fetches its own.
 */
export const JARS = `
com.almworks.sqlite4java:libsqlite4java-linux-amd64:1.0.392:so 2j19Ie70drr2RAJuRJs5Lb1zi_kkb8pIzgcphyZMOso
com.almworks.sqlite4java:libsqlite4java-osx:1.0.392:dylib uEEiFCFz8zE3x20F3WyAzJb2GerT3EdsEtbqRu8S3QU
com.almworks.sqlite4java:sqlite4java-win32-x64:1.0.392:dll b06aThY1ujiy9diLPZm-MGL07SauoPoDW95tAQfDCOY
com.almworks.sqlite4java:sqlite4java:1.0.392 JDpkRw_aDoam_d6wr0x6qUJs6E5oy_4Y117l2kt-C5I
com.amazon.ion:ion-element:0.2.0 p9PR68IUCBQwBBcXwuEzvpqJqgvmjb0p7TgdY8JG_hk
com.amazon.ion:ion-java:1.12.1 R_XVuQaQ62-_8rWUbB4g4iugKw3ZREp-CN5G8ZxbAA4
com.fasterxml.jackson.core:jackson-annotations:2.12.7 PKzvcUqJ89aLafoRJjr6VaaqL97x__k97SLKoWtUaHw
com.fasterxml.jackson.core:jackson-core:2.12.7 OYemozUEbiJuVrgdaWaPtakbFV6n_ZawhRrbt9SsHKY
com.fasterxml.jackson.core:jackson-databind:2.12.7 TtUCCKdkNH-4bnkwXTuRxopSMrIrdjIUaD2wfYi2xoc
com.fasterxml.jackson.datatype:jackson-datatype-jsr310:2.12.7 qMz2dccIPAUqF_Mb_urWW9kQOmryGfAt-g6Db6Dfsz0
com.google.code.findbugs:jsr305:3.0.2 dmrSoHg_JoeWLIrXTO7MOKKLn3Ki0IXuQ4t4E-ko0Mc
com.google.errorprone:error_prone_annotations:2.36.0 d0QOJwsLyaJJkDxaB2w2pyLEiGyk9CZ18pA6HFPtYaU
com.google.guava:failureaccess:1.0.2 io-Bz5s1nj9t-mkaHndphcBh7y8iPJssgHU-G0WOgGQ
com.google.guava:guava:33.4.0-jre uRjJin5E2-lOvZ_j5Azdqttak-anjrYAi0LfI3JB5Tg
com.google.guava:listenablefuture:9999.0-empty-to-avoid-conflict-with-guava s3KgN9QjCqV_vv_e8w_WEj-cDC24XQrO0AyRuXTzP5k
com.google.j2objc:j2objc-annotations:3.0.0 iCQVc0Z93KRP_U10qgTCu_0Rv3wX4MNCyUyd56cKfGQ
commons-cli:commons-cli:1.11.0 j3-GBdaOFb8y22HslOrG_a_FGxvb4eDggCtX0j84d5I
io.github.ganadist.sqlite4java:libsqlite4java-osx-aarch64:1.0.392:dylib ZxwEemHCA-924b0FDSXJzqx90rHZwSmNykjBWYcF2rs
io.netty:netty-buffer:4.1.135.Final KhlPmfyT0HxNRC0ErHG9LcVtMYjNDkJwzcKpU9GVa_k
io.netty:netty-codec-http2:4.1.135.Final qk6Bq1-jt7JD6z6BSqWCqybAc9MbCr_9u1juFQ-knBY
io.netty:netty-codec-http:4.1.135.Final QBhSnT1q7PQES5jHXZqQyRg53fSceqSExayByQoV2gI
io.netty:netty-codec:4.1.135.Final clIXEmTbtbuO0453-JZDsx48q8lhROwntogkNdcYph4
io.netty:netty-common:4.1.135.Final JndcqVggcRQDzwZfouwBNKCgT_VBfGiMAjeu5otVg40
io.netty:netty-handler:4.1.135.Final JF504EtvTo75iFMVJBLjvxSZzm_PFTKbeYyM42w1N-I
io.netty:netty-resolver:4.1.135.Final d90DhllltsErnlIb3eyC8DXK6zMVbgnBWCicUJQxhIE
io.netty:netty-transport-classes-epoll:4.1.135.Final nZU3q54VFkyfDcB0iITBSIFKGNeKxt-mXPSz0GBozgE
io.netty:netty-transport-native-unix-common:4.1.135.Final p4lQdfESYR0WQKWWwmeKKKq5LVaBwcFHVbEJuJmPmV4
io.netty:netty-transport:4.1.135.Final a95zTR7AcxQu7TGx5ozV1o-_JB4GCzfwehZOXssVYxw
jakarta.transaction:jakarta.transaction-api:2.0.1 UMCnx2DBOubAQqzxgrKPAEdBPblbRjb7iHm8_6tbqHU
joda-time:joda-time:2.13.0 qbRQ2W2QYW-f5WV6KThbTQB3-Z-LyAhB-T4lRaPNYj4
org.antlr:antlr4-runtime:4.10.1 2ma-DJis-ym8cIMA0F8aMmnED5mEpMuSUc8roYmNEzQ
org.apache.commons:commons-lang3:3.17.0 bucx31yOWil2ocoCO2uzIOqNNTn75kyKHVy3ZRJ8M7Q
org.apache.httpcomponents.client5:httpclient5:5.6.2 879XGwTf_gBf8puWW546iIRqrG5j8k6uOKhtGXnqSaM
org.apache.httpcomponents.core5:httpcore5-h2:5.4.3 x9twJrji3qORMrBKYGn2Zx4oWDCbIKFG7Fx91u1zoLY
org.apache.httpcomponents.core5:httpcore5:5.4.3 GL-7q7R437Z_Ma6vQow4fzw99lRYLhMJ9wjuHzCGgwo
org.apache.logging.log4j:log4j-api:2.17.1 sNikyKtPuLGIjQCVgicDsObUeTxBlVAgPanmkZYWHeQ
org.apache.logging.log4j:log4j-core:2.17.1 yWfyI0h5gLk2TpSnx_mooB_T7nwZvb8LD5-MuFEfPUE
org.checkerframework:checker-qual:3.43.0 P7wumPBYVMPfFt-auqlVuRsVs-ysM2IyCO1kJGQO8PY
org.eclipse.jetty.compression:jetty-compression-common:12.1.11 A3n8Y5_A04pX1NKMWoeAtiCIxtJfJ9UJlVJNvPNyP-A
org.eclipse.jetty.compression:jetty-compression-gzip:12.1.11 HKtOLrs2hLYDU1Mou9qH0OL5aQIkIVeo-PdKgDcJVag
org.eclipse.jetty:jetty-alpn-client:12.1.11 ESPn3GX6_8GjBQuucKLWtmSk6BEzxGtdFyawCMoR_Sw
org.eclipse.jetty:jetty-client:12.1.11 BrSBxI4AR6SgAiAVBgxRPXSkM9Uyq7NH8zWsVCc5Qv0
org.eclipse.jetty:jetty-http:12.1.11 DiBPTHHF1-E4lJ1Qu3-xV2aEDs6myiRRP7ku40s2P1U
org.eclipse.jetty:jetty-io:12.1.11 BTRFTrRFJjqFdyAPe9AJFT0286ge8VQ-eatVGEbuO5Q
org.eclipse.jetty:jetty-server:12.1.11 dy-EuvBDu8NO3Zneco88Cy3mQsQA3eD--nY-QN4upYM
org.eclipse.jetty:jetty-util:12.1.11 io1-BjzzErBEkn-BewmtekUXFi10f3_4kaQU6O9HbCY
org.hamcrest:hamcrest-core:1.1 A2HRST_w2U-GE1nv6pEgByBjUHITR5LvtyF_bgnVz_s
org.jetbrains.kotlin:kotlin-stdlib-jdk7:1.3.61 EfSlfj59gfPxUtXc7-Ob13YUtalBJf87EVJrChmsOYk
org.jetbrains.kotlin:kotlin-stdlib-jdk8:1.3.61 ODm6fet5g3XaGAe8Rp0c8xXbemJ1WZ9zMYQ3R3LsOyE
org.jetbrains.kotlin:kotlin-stdlib:1.9.21 O0eTE6tsrqTl4l097oyoDDAsibpz4a9Nr6oQD275KWo
org.jetbrains:annotations:13.0 rOKhDcji1f00kl7KwD5JiLLA-FFlDJS4zvSbob0RFHg
org.mockito:mockito-core:1.10.19 1YMe5PcQVYAIIaNKMFHPHtWzcC8pX_69UPZftdgacbg
org.objenesis:objenesis:2.1 x0MwzGuAbIBP0350SHtP5dfCdQxeFfvG76E73uG974A
org.partiql:partiql-ir-generator-runtime:0.4.0 OaM8581B1DVIv32FrrD-mCwE3Mt70NaRiCjlqwnTtRo
org.partiql:partiql-lang-kotlin:0.3.4 hi0ZhBN9w2Dp6iSR-9u7sTFvNu7JEAazvKi2QHk5lMQ
org.reactivestreams:reactive-streams:1.0.4 91yll3ibPaxY9hhXuawuEDSmj6Zy2zUFWo-0UJ4yXyg
org.slf4j:slf4j-api:1.7.36 0-9XXj5JeWeNwBvx3M5RAhSTtNEft_G-itmCh3wWocA
software.amazon.awssdk:annotations:2.48.3 ha4PfQdsPpEisKFzhoT_SWDFT339eem-GC7T2P9KXlI
software.amazon.awssdk:apache5-client:2.48.3 axIm3_nSLF2-sdfi6Hj0XRjA5F-kO2fz5Isk7FWb-_8
software.amazon.awssdk:auth:2.48.3 itJmyatbTiCIQgIkGhp54fVVH3Y_xbg2ILnaNS1ezRk
software.amazon.awssdk:aws-core:2.48.3 YaKpjuVW5hCl3PUeVmUM_nIjzBT4OwQpmDHaAXPPTFQ
software.amazon.awssdk:aws-json-protocol:2.48.3 Ga0qLD63vlsSiGJrMbTwhIQehTgq6C1e9ClxjdQMlMc
software.amazon.awssdk:checksums-spi:2.48.3 eTr2AdpykcB518JerbLrK92oOOA2qR18gV0O96fR83g
software.amazon.awssdk:checksums:2.48.3 tJf7naEgMipIx9OZ0Y9ija1Za6Oic4snyDmYkNKjefU
software.amazon.awssdk:dynamodb:2.48.3 ILpekbueab6T0ddnhU3GiesW8thCVHM-goepw82omR4
software.amazon.awssdk:endpoints-spi:2.48.3 WIIA0okkv-1tMWPiLu7JnFzrAqLLM1AlgNpp5X6jejU
software.amazon.awssdk:http-auth-aws-eventstream:2.48.3 TcMLs3uwZXBpVIXcaguoJjCOgLUO2AGtmB9YQ1Eubhk
software.amazon.awssdk:http-auth-aws:2.48.3 kdmMeJGOkeHfcAbToPrHDKuqKTKfnl-o4lYFiKl5f7k
software.amazon.awssdk:http-auth-spi:2.48.3 AwPSNKmDC6-cb_fyUtkIcb8_SriQe4P7B07MCDhLo_M
software.amazon.awssdk:http-auth:2.48.3 FYTx_yFi7rSGL7WZch2MUYJ2_L3W7cSmq4xzmfLp1Vk
software.amazon.awssdk:http-client-spi:2.48.3 0dw6CIMf5EnacB7qm7nMhpbwFT-5_MtEQkEJvNahj-E
software.amazon.awssdk:identity-spi:2.48.3 nndtmKSHxOIrtw1zkuNQzMlHzEVL0bDmnoaNtjfR-cc
software.amazon.awssdk:json-utils:2.48.3 yqauhNqIqf3nxrgkJIdnzjx3vJ8oxHeZwGFN6f5yNqY
software.amazon.awssdk:metrics-spi:2.48.3 OqEafri9K34wQpeYHjKDdNuXuQ78g-kYsDyzU4fz4ow
software.amazon.awssdk:netty-nio-client:2.48.3 ZD-6DtC9qAdcDlFS3gDcWbL-aLbk2SCYIok96rSRRbQ
software.amazon.awssdk:pinpoint:2.25.0 AippD6kmbvfFwYPO-1qRIQUsqyhyHU9MXn8v8UhCIWM
software.amazon.awssdk:profiles:2.48.3 UwcumVzhhEsRwD1Z7i4uTBkC-ySuGYQdRz8JzHdjlEs
software.amazon.awssdk:protocol-core:2.48.3 lAOmWO33ZKiGDMxTXel05eQDBN4UXZPXv1e-OKlCNUU
software.amazon.awssdk:regions:2.48.3 lriu2jk4mQ-hHw7ZftgYKLOn32juYEyq1MYA4qT3kww
software.amazon.awssdk:retries-spi:2.48.3 2cByk8M9i0k3FI45GkSMt80wv6BdFvF2r-lEorWeMy4
software.amazon.awssdk:retries:2.48.3 66GY6w0sBzLL7Eu07rpLDyFErUdvqRtDb96oPL8Rq0U
software.amazon.awssdk:sdk-core:2.48.3 0SYhzAZIkslAU4wsQ7jYnDnmr10tBBzTndD_MqpFCwg
software.amazon.awssdk:third-party-jackson-core:2.48.3 m-ZZdYu8UoSvpHrQ2PFGmpTwkAmhOWKCiuT0pNMO1SA
software.amazon.awssdk:url-connection-client:2.48.3 ilDRNBUjrvWLGnf_mHhIUKNcOene8ex6bcDOoaIaqF0
software.amazon.awssdk:utils-lite:2.48.3 7sKvq-yfnm7Vmb2HkSEyhYqprg6--BuHsYhxfrubc7U
software.amazon.awssdk:utils:2.48.3 jUagHUJxFRy_yuwlBKhWw4E4ZzgfdRokDKc7GJxpnxs
software.amazon.dynamodb:DynamoDBLocal:3.3.1 QaMuCoQKH6N117OVXmDUsduUxCPvnhSkPum0z5wvtTY
software.amazon.eventstream:eventstream:1.0.1 DDfY5pYRfwLDAhkbgRCw0Osg-kEvzjTDomnsc8Fs6CI
`
