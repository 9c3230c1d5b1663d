//! Which class a network takes images for.

use burn_prep::prelude::*;
use ndarray::Array2;

use crate::model::Classifier;

/// How many images of a class (row) were taken for which class (column).
pub(crate) fn confusion(
    model: &Classifier,
    loader: &ImageLoader,
    classes: usize,
) -> burn_prep::Result<Array2<u32>> {
    let mut matrix = Array2::zeros([classes, classes]);
    for batch in loader.epoch(0)? {
        let batch = batch?;
        let guesses = model.forward(batch.images).argmax(1).into_ndarray_as::<u32>()?;
        for (record, guess) in batch.records.iter().zip(guesses) {
            if let Some(class) = record.sample.label {
                matrix[[class, guess as usize]] += 1;
            }
        }
    }
    Ok(matrix)
}

pub(crate) fn print(matrix: &Array2<u32>, classes: &[String]) {
    let width = classes.iter().map(|class| class.chars().count()).max().unwrap_or(0).max(5) + 1;
    let cells = |cells: Vec<String>| cells.iter().map(|cell| format!("{cell:>width$}")).collect::<String>();
    println!("\n{:>width$}{}", "", cells(classes.to_vec()));
    for (class, row) in classes.iter().zip(matrix.rows()) {
        println!("{class:>width$}{}", cells(row.iter().map(u32::to_string).collect()));
    }
}
