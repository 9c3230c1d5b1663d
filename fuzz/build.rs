//! Compiles the JPEG files of every layout (`tests/golden/jpeg_layouts`) for the target `jpeg_layout`, which needs
//! libjpeg-turbo's headers and library.

fn main() {
    println!("cargo:rerun-if-changed=../tests/golden/jpeg_layouts");
    #[cfg(feature = "libjpeg")]
    {
        cc::Build::new().std("c99").file("../tests/golden/jpeg_layouts/layout.c").compile("layout");
        println!("cargo:rustc-link-lib=jpeg");
    }
}
